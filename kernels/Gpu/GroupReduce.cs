using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>A result of one part of some data that, with that of another part, gives the result of both.</summary>
internal interface IMergeable<TSelf>
{
    static abstract TSelf Merge(TSelf a, TSelf b);
}

/// <summary>
/// Reductions over the threads of a group, as a binary tree in shared memory: the same order, hence the same bits, on every run. Every thread of the
/// group must call them, and every thread gets the result. The group's size is a power of two up to <see cref="MaxGroupSize"/>.
/// </summary>
internal static class GroupReduce
{
    public const int MaxGroupSize = 256;

    public static float Sum(float value) => Sum(value, Group.DimX);

    /// <summary>The sum over each <paramref name="lanes"/> neighbouring threads, a power of two.</summary>
    public static float Sum(float value, int lanes)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(MaxGroupSize);
        int thread = Group.IdxX, lane = thread % lanes;
        Group.Barrier();
        shared[thread] = value;
        Group.Barrier();
        for (int step = lanes / 2; step > 0; step /= 2)
        {
            if (lane < step) shared[thread] += shared[thread + step];
            Group.Barrier();
        }
        return shared[thread - lane];
    }

    /// <summary>All threads' values merged.</summary>
    public static T Merge<T>(T value)
        where T : unmanaged, IMergeable<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(MaxGroupSize);
        int thread = Group.IdxX;
        Group.Barrier();
        shared[thread] = value;
        Group.Barrier();
        for (int step = Group.DimX / 2; step > 0; step /= 2)
        {
            if (thread < step) shared[thread] = T.Merge(shared[thread], shared[thread + step]);
            Group.Barrier();
        }
        return shared[0];
    }

    public static long Sum(long value)
    {
        ArrayView<long> shared = SharedMemory.Allocate<long>(MaxGroupSize);
        int thread = Group.IdxX;
        Group.Barrier();
        shared[thread] = value;
        Group.Barrier();
        for (int step = Group.DimX / 2; step > 0; step /= 2)
        {
            if (thread < step) shared[thread] += shared[thread + step];
            Group.Barrier();
        }
        return shared[0];
    }

    /// <summary>The largest over each <paramref name="lanes"/> neighbouring threads, a power of two.</summary>
    public static float Maximum(float value, int lanes)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(MaxGroupSize);
        int thread = Group.IdxX, lane = thread % lanes;
        Group.Barrier();
        shared[thread] = value;
        Group.Barrier();
        for (int step = lanes / 2; step > 0; step /= 2)
        {
            if (lane < step && shared[thread + step] > shared[thread]) shared[thread] = shared[thread + step];
            Group.Barrier();
        }
        return shared[thread - lane];
    }

    /// <summary>The least over each <paramref name="lanes"/> neighbouring threads, a power of two.</summary>
    public static long Minimum(long value, int lanes)
    {
        ArrayView<long> shared = SharedMemory.Allocate<long>(MaxGroupSize);
        int thread = Group.IdxX, lane = thread % lanes;
        Group.Barrier();
        shared[thread] = value;
        Group.Barrier();
        for (int step = lanes / 2; step > 0; step /= 2)
        {
            if (lane < step) shared[thread] = IntrinsicMath.Min(shared[thread], shared[thread + step]);
            Group.Barrier();
        }
        return shared[thread - lane];
    }

    /// <summary>The sum of the values of this thread and of those before it.</summary>
    public static int InclusiveScan(int value)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(MaxGroupSize);
        int thread = Group.IdxX;
        Group.Barrier();
        shared[thread] = value;
        Group.Barrier();
        for (int step = 1; step < Group.DimX; step *= 2)
        {
            int before = thread >= step ? shared[thread - step] : 0;
            Group.Barrier();
            shared[thread] += before;
            Group.Barrier();
        }
        return shared[thread];
    }
}
