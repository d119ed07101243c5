namespace JaccardKernels.Host;

public static unsafe partial class BatchAllTripletLoss
{
    /// <summary>
    /// The other rows of a batch in the order of their similarity to an anchor. The negatives of a positive are then the first so many rows, its
    /// candidates: what does not depend on embeddings is counted by sums over them, and only whether a triplet is active is asked pair by pair.
    /// </summary>
    private struct Scan
    {
        // Whole vectors of negatives are read.
        private const int Padding = 16;

        // Values of a digit of a key, of which the similarity has four.
        private const int Digits = 256;

        public double* U, J, D, AsNegative;
        public ulong* Keys;

        /// <summary>Candidates of each row, and how often it is the positive of an active triplet.</summary>
        public int* Candidates, AsPositive;

        /// <summary>Places the arrays of a batch in memory of <see cref="Length"/> elements.</summary>
        public Scan(double* memory, int batch)
        {
            int room = batch + Padding;
            U = memory;
            J = U + room;
            D = J + room;
            AsNegative = D + room;
            Keys = (ulong*)(AsNegative + room);
            Candidates = (int*)(Keys + room);
            AsPositive = Candidates + room;
        }

        /// <summary>Doubles of a batch's arrays.</summary>
        public static long Length(int batch) => 6L * (batch + Padding);

        /// <summary>Orders as the similarities do, rows of one similarity by number.</summary>
        public static ulong Key(float similarity, int row)
        {
            uint bits = BitConverter.SingleToUInt32Bits(similarity + 0f);
            return (ulong)(bits ^ ((uint)((int)bits >> 31) | 0x80000000)) << 32 | (uint)row;
        }

        /// <summary>
        /// Orders the keys of <paramref name="count"/> rows that come by number: by one byte of the similarity after the other, the least first, each time
        /// in the order before. To sort by comparisons took a third of the time of 128 rows.
        /// </summary>
        public readonly void Sort(int count)
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
            double distances = 0;
            for (int i = 0; i < count; i++)
            {
                for (; J[candidates] < J[i] - delta; candidates++) distances += D[candidates];
                (Candidates[i], AsPositive[i]) = (candidates, 0);
                if (candidates == 0) continue;
                first = Math.Min(first, i);
                totals.Considered += candidates;
                totals.ToPositive += candidates * D[i];
                totals.ToNegative += distances;
            }
            return first;
        }

        /// <summary>All positives against a vector of negatives, which stays in registers; vector by vector.</summary>
        public readonly void Activate<TLanes>(int first, int count, double delta, double offset, ref Totals totals)
            where TLanes : struct, ILanes<TLanes, double>
        {
            for (int i = count; i < count + TLanes.Count; i++) (U[i], J[i]) = (double.PositiveInfinity, double.PositiveInfinity);
            int positive = first, whole = first;
            for (int n = 0; n < count; n += TLanes.Count)
            {
                while (positive < count && Candidates[positive] <= n) positive++;
                whole = Math.Max(whole, positive);
                while (whole < count && Candidates[whole] < n + TLanes.Count) whole++;
                TLanes u = TLanes.Load(U + n) - TLanes.All(offset), j = TLanes.Load(J + n), zero = TLanes.Zero, one = TLanes.All(1), hinges = zero, asNegative = zero;
                long active = 0;
                for (int p = positive; p < whole; p++)
                {
                    TLanes hinge = TLanes.All(U[p]) - u, isActive = (j < TLanes.All(J[p] - delta)) & (hinge > zero);
                    hinges += TLanes.Select(isActive, hinge, zero);
                    asNegative += TLanes.Select(isActive, one, zero);
                    int hits = TLanes.CountTrue(isActive);
                    AsPositive[p] += hits;
                    active += hits;
                }
                double* us = U;
                int* asPositive = AsPositive;
                for (int p = whole; p < count; p++)
                {
                    TLanes hinge = TLanes.All(us[p]) - u, isActive = hinge > zero;
                    hinges += TLanes.Select(isActive, hinge, zero);
                    asNegative += TLanes.Select(isActive, one, zero);
                    int hits = TLanes.CountTrue(isActive);
                    asPositive[p] += hits;
                    active += hits;
                }
                asNegative.Store(AsNegative + n);
                totals.Hinges += TLanes.Sum(hinges);
                totals.Active += active;
            }
        }
    }
}
