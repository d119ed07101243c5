using System.Numerics;
using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Inverted dropout with a mask that is a function of seed, step and element alone.</summary>
public static unsafe class Dropout
{
    // A draw costs several times as much as the element-wise operations' work, so its blocks are smaller than theirs.
    private const int Block = 4096;

    /// <summary>y = keep(i) ? x / (1 - rate) : 0; the backward pass is the same operation on dy. Overwrites y, which may be x.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in DropoutProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            var body = new Blocks
            {
                X = px, Y = py, Length = problem.Length, Key = problem.Key, Threshold = problem.Threshold, Scale = problem.Scale,
            };
            team.For((int)(((long)problem.Length + Block - 1) / Block), ref body);
        }
    }

    private struct Blocks : IParallelBody
    {
        public float* X, Y;
        public int Length;
        public ulong Key;
        public uint Threshold;
        public float Scale;

        public readonly void Run(int task, int worker)
        {
            nint start = (nint)task * Block, end = Math.Min(start + Block, Length);
            float* x = X, y = Y;
            (ulong key, uint threshold, float scale) = (Key, Threshold, Scale);
            if (Vector.IsHardwareAccelerated) start = Vectors(start, end);
            for (nint i = start; i < end; i++)
            {
                // All ones where the element is kept: a branch on random bits would be mispredicted every other time.
                int keep = ~(int)(((long)CounterRandom.Bits(key, i) - threshold) >> 63);
                y[i] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x[i] * scale) & keep);
            }
        }

        // CounterRandom.Bits of as many elements as a vector has; returns the first element that is left.
        private readonly nint Vectors(nint i, nint end)
        {
            float* x = X, y = Y;
            int half = Vector<ulong>.Count;
            Vector<ulong> low = (Vector<ulong>.Indices + new Vector<ulong>((ulong)i)) * CounterRandom.Increment + new Vector<ulong>(Key);
            Vector<ulong> toHigh = new((ulong)half * CounterRandom.Increment), step = toHigh + toHigh;
            Vector<uint> threshold = new(Threshold);
            Vector<float> scale = new(Scale);
            for (; i <= end - 2 * half; i += 2 * half, low += step)
            {
                Vector<uint> bits = Vector.Narrow(Mix(low) >>> 32, Mix(low + toHigh) >>> 32);
                Vector<uint> kept = Vector.GreaterThanOrEqual(bits, threshold) & (Vector.Load(x + i) * scale).As<float, uint>();
                kept.As<uint, float>().Store(y + i);
            }
            return i;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<ulong> Mix(Vector<ulong> z)
        {
            z += new Vector<ulong>(CounterRandom.Increment);
            z = (z ^ (z >>> 30)) * CounterRandom.FirstFactor;
            z = (z ^ (z >>> 27)) * CounterRandom.SecondFactor;
            return z ^ (z >>> 31);
        }
    }
}
