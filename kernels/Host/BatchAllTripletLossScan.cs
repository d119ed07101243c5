using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

public static unsafe partial class BatchAllTripletLoss
{
    /// <summary>
    /// The other rows of a batch in the order of their similarity to an anchor. The negatives of a positive are then the first so many rows, its
    /// candidates: what does not depend on embeddings is counted by sums over them, and only whether a triplet is active is asked pair by pair.
    /// </summary>
    private struct Scan
    {
        // Two vectors of negatives are read, sixteen of their counts written, and two vectors of similarities compared at a time.
        private const int Padding = 16;

        // Up to so many rows comparisons of vectors, some count^2 / 16 with AVX-512, take less time than four passes over digits.
        private const int CountedRows = 200;

        // Values of a digit of a key, of which the similarity has four.
        private const int Digits = 256;

        public double* U, J, D, Distances;
        public ulong* Keys;

        /// <summary>Candidates of each row, and how often it is the positive, and the negative, of an active triplet.</summary>
        public int* Candidates, AsPositive, AsNegative;

        /// <summary>Places the arrays of a batch in memory of <see cref="Length"/> elements.</summary>
        public Scan(double* memory, int batch)
        {
            int room = batch + Padding;
            U = memory;
            J = U + room;
            D = J + room;
            Distances = D + room;
            Keys = (ulong*)(Distances + batch + Panel);
            Candidates = (int*)(Keys + room);
            AsPositive = Candidates + room;
            AsNegative = AsPositive + room;
        }

        /// <summary>Doubles of a batch's arrays.</summary>
        public static long Length(int batch) => 6L * (batch + Padding) + batch + Panel;

        /// <summary>Orders as the similarities do, rows of one similarity by number.</summary>
        public static ulong Key(float similarity, int row)
        {
            uint bits = BitConverter.SingleToUInt32Bits(similarity + 0f);
            return (ulong)(bits ^ ((uint)((int)bits >> 31) | 0x80000000)) << 32 | (uint)row;
        }

        /// <summary>Orders the keys of <paramref name="count"/> rows that come by number, in the way that is faster for so many.</summary>
        public readonly void Sort(int count, float* similarities)
        {
            if (count > CountedRows) SortByDigits(count);
            else if (Vector512.IsHardwareAccelerated) SortByCounting<Lanes512<float>>(count, similarities);
            else if (Vector256.IsHardwareAccelerated) SortByCounting<Lanes256<float>>(count, similarities);
            else if (Vector128.IsHardwareAccelerated) SortByCounting<Lanes128<float>>(count, similarities);
            else SortByDigits(count);
        }

        // The place of a row is how many are less, and behind those before it that are as much.
        private readonly void SortByCounting<TLanes>(int count, float* similarities)
            where TLanes : struct, ILanes<TLanes, float>
        {
            // The places of values are not known yet.
            ulong* sorted = (ulong*)U;
            float* values = (float*)J;
            int* equal = AsPositive;
            for (int i = 0; i < count; i++) (values[i], equal[i]) = (similarities[(uint)Keys[i]], 0);
            for (int i = count; i < count + 2 * TLanes.Count; i++) values[i] = float.PositiveInfinity;
            for (int i = 0; i < count; i++)
            {
                TLanes own = TLanes.All(values[i]);
                int place = 0;
                for (int x = 0; x < count; x += 2 * TLanes.Count)
                {
                    place += BitOperations.PopCount(TLanes.Less(TLanes.Load(values + x), own));
                    place += BitOperations.PopCount(TLanes.Less(TLanes.Load(values + x + TLanes.Count), own));
                }
                sorted[place + equal[place]++] = Keys[i];
            }
            new Span<ulong>(sorted, count).CopyTo(new Span<ulong>(Keys, count));
        }

        // By one byte of the similarity after the other, the least first, each time in the order before.
        private readonly void SortByDigits(int count)
        {
            // The places of values are not known yet.
            ulong* from = Keys, to = (ulong*)U;
            int* places = stackalloc int[4 * Digits];
            int* p0 = places, p1 = p0 + Digits, p2 = p1 + Digits, p3 = p2 + Digits;
            new Span<int>(places, 4 * Digits).Clear();
            for (int i = 0; i < count; i++)
            {
                uint key = (uint)(from[i] >> 32);
                p0[(byte)key]++;
                p1[(byte)(key >> 8)]++;
                p2[(byte)(key >> 16)]++;
                p3[key >> 24]++;
            }
            (int n0, int n1, int n2, int n3) = (0, 0, 0, 0);
            for (int digit = 0; digit < Digits; digit++)
            {
                (p0[digit], n0) = (n0, n0 + p0[digit]);
                (p1[digit], n1) = (n1, n1 + p1[digit]);
                (p2[digit], n2) = (n2, n2 + p2[digit]);
                (p3[digit], n3) = (n3, n3 + p3[digit]);
            }
            for (int pass = 0; pass < 4; pass++, places += Digits)
            {
                int shift = 32 + 8 * pass;
                for (int i = 0; i < count; i++) to[places[(byte)(from[i] >> shift)]++] = from[i];
                ulong* sorted = to;
                to = from;
                from = sorted;
            }
        }

        /// <summary>Counts the candidates, and their distances; returns the first row that has one.</summary>
        public readonly int Consider(int count, double delta, ref Totals totals)
        {
            int candidates = 0, first = count;
            long considered = 0;
            double distances = 0, toPositive = 0, toNegative = 0;
            for (int i = 0; i < count; i++)
            {
                for (; J[candidates] < J[i] - delta; candidates++) distances += D[candidates];
                (Candidates[i], AsPositive[i], AsNegative[i]) = (candidates, 0, 0);
                if (candidates == 0) continue;
                first = Math.Min(first, i);
                considered += candidates;
                toPositive += candidates * D[i];
                toNegative += distances;
            }
            (totals.Considered, totals.ToPositive, totals.ToNegative) = (considered, toPositive, toNegative);
            return first;
        }

        /// <summary>Counts the active triplets: all positives against two vectors of negatives at a time, which stay in registers.</summary>
        public readonly void Activate<TLanes>(int first, int count, double offset)
            where TLanes : struct, ILanes<TLanes, double>
        {
            int step = 2 * TLanes.Count, positive = first, whole = first;
            // Read, and never counted.
            for (int i = count; i < count + step; i++) U[i] = double.PositiveInfinity;
            TLanes less = TLanes.All(offset);
            for (int n = 0; n < count; n += step)
            {
                while (positive < count && Candidates[positive] <= n) positive++;
                whole = Math.Max(whole, positive);
                while (whole < count && Candidates[whole] < n + step) whole++;
                TLanes u0 = TLanes.Load(U + n) - less, u1 = TLanes.Load(U + n + TLanes.Count) - less;
                Activate(n, positive, whole, u0, u1, isPart: true);
                Activate(n, whole, count, u0, u1, isPart: false);
            }
        }

        // Positives from..until-1 against the negatives n, n+1, ... of two vectors, which are all their candidates or, of a part, the first of them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Activate<TLanes>(int n, int from, int until, TLanes u0, TLanes u1, bool isPart)
            where TLanes : struct, ILanes<TLanes, double>
        {
            double* u = U;
            int* candidates = Candidates, asPositive = AsPositive;
            while (from < until)
            {
                // A byte for each negative.
                ulong sum0 = 0, sum1 = 0;
                for (int end = Math.Min(until, from + byte.MaxValue); from < end; from++)
                {
                    TLanes positive = TLanes.All(u[from]);
                    uint active = TLanes.Less(u0, positive) | TLanes.Less(u1, positive) << TLanes.Count;
                    if (isPart) active &= (1u << (candidates[from] - n)) - 1;
                    asPositive[from] += BitOperations.PopCount(active);
                    sum0 += Spread(active & 255);
                    if (TLanes.Count == 8) sum1 += Spread(active >> 8);
                }
                (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(sum0, sum1).AsByte());
                (Vector256<uint> w0, Vector256<uint> w1) = Vector256.Widen(Vector256.Create(low, high));
                int* asNegative = AsNegative + n;
                (Vector256.Load(asNegative) + w0.AsInt32()).Store(asNegative);
                (Vector256.Load(asNegative + 8) + w1.AsInt32()).Store(asNegative + 8);
            }
        }

        // A byte for each of eight bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Spread(uint bits) =>
            Bmi2.X64.IsSupported
                ? Bmi2.X64.ParallelBitDeposit(bits, 0x0101010101010101)
                : ((bits & 15) * 0x00204081ul & 0x01010101) | ((bits >> 4) * 0x00204081ul & 0x01010101) << 32;

        /// <summary>
        /// Coefficients of all rows from the counts, and the sum of the hinges: as they are <c>U_p - (U_n - offset)</c>, each U adds to it as often
        /// as its row counts, and the offset for each triplet.
        /// </summary>
        public readonly void Sum(int count, double offset, int* coefficients, ref Totals totals)
        {
            double hinges = 0;
            long active = 0;
            for (int i = 0; i < count; i++)
            {
                int counted = AsPositive[i] - AsNegative[i];
                active += AsPositive[i];
                coefficients[(uint)Keys[i]] = counted;
                // What never counts may be infinite, or no number.
                hinges += counted != 0 ? counted * U[i] : 0;
            }
            totals.Active = active;
            totals.Hinges = active != 0 ? Math.Max(hinges + active * offset, 0) : 0;
        }
    }
}
