namespace JaccardKernels.Engine.Gpu;

/// <summary>What keeps a multiprocessor from holding more groups.</summary>
public enum OccupancyLimit
{
    /// <summary>The warps it can hold: it is full.</summary>
    Warps,

    /// <summary>Registers.</summary>
    Registers,

    /// <summary>Shared memory.</summary>
    SharedMemory,

    /// <summary>The number of groups it can hold.</summary>
    Groups,
}

/// <summary>How many groups of a kernel one multiprocessor holds at once, by the rules of NVIDIA's occupancy calculator.</summary>
/// <param name="Groups">Groups; 0 where not even one fits.</param>
/// <param name="Share">Warps of these groups over the warps the multiprocessor can hold.</param>
/// <param name="Limit">What keeps it from holding one more; the first of the enumeration where several do.</param>
public readonly record struct Occupancy(int Groups, double Share, OccupancyLimit Limit)
{
    /// <summary>The occupancy of groups of <paramref name="threads"/> threads.</summary>
    /// <param name="multiprocessor">The multiprocessor.</param>
    /// <param name="threads">Threads of a group.</param>
    /// <param name="registers">Registers of a thread.</param>
    /// <param name="sharedBytes">Shared memory of a group.</param>
    public static Occupancy Of(Multiprocessor multiprocessor, int threads, int registers, int sharedBytes)
    {
        int warps = RoundUp(threads, Multiprocessor.WarpSize) / Multiprocessor.WarpSize;
        (int Groups, OccupancyLimit Limit) least = new[]
        {
            (multiprocessor.Warps / warps, OccupancyLimit.Warps),
            (ByRegisters(warps, registers), OccupancyLimit.Registers),
            (BySharedMemory(multiprocessor, sharedBytes), OccupancyLimit.SharedMemory),
            (multiprocessor.Groups, OccupancyLimit.Groups),
        }.MinBy(candidate => candidate.Item1);
        return new Occupancy(least.Groups, (double)least.Groups * warps / multiprocessor.Warps, least.Limit);
    }

    // Every scheduler has its quarter of the registers and hands them to whole warps. A group is refused where it would not fit with its warps
    // rounded up to all schedulers, though warps of several groups are then placed one by one.
    private static int ByRegisters(int warps, int registers)
    {
        int ofWarp = RoundUp(Math.Max(registers, 1) * Multiprocessor.WarpSize, Multiprocessor.RegisterUnit);
        if (registers > Multiprocessor.MaxRegisters || ofWarp * RoundUp(warps, Multiprocessor.Schedulers) > Multiprocessor.Registers) return 0;
        return Multiprocessor.Registers / Multiprocessor.Schedulers / ofWarp * Multiprocessor.Schedulers / warps;
    }

    private static int BySharedMemory(Multiprocessor multiprocessor, int bytes)
    {
        int ofGroup = RoundUp(bytes + multiprocessor.SharedReserved, multiprocessor.SharedUnit);
        return ofGroup == 0 ? int.MaxValue : multiprocessor.SharedBytes / ofGroup;
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
