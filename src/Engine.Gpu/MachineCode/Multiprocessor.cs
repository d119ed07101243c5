namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// A streaming multiprocessor: what limits how many threads it holds, and what it does in a clock. The limits are those of the CUDA programming
/// guide and of NVIDIA's occupancy calculator, the rates those of its table of arithmetic throughput; the bandwidth of memory is that of one card
/// of the architecture by datasheet, over its multiprocessors and clock.
/// </summary>
/// <param name="Architecture">75 is sm_75.</param>
/// <param name="Warps">Warps it holds.</param>
/// <param name="Groups">Groups it holds.</param>
/// <param name="SharedBytes">Shared memory.</param>
/// <param name="SharedUnit">Shared memory is given out in multiples of it.</param>
/// <param name="SharedReserved">Shared memory of a group that the system takes for itself.</param>
/// <param name="FloatLanes">Multiply-adds in float32 a clock.</param>
/// <param name="TensorMultiplyAdds">Multiply-adds of 16-bit floats a clock on tensor cores.</param>
/// <param name="SharedBytesPerClock">Bandwidth of shared memory.</param>
/// <param name="MemoryBytesPerClock">Its share of the bandwidth of memory.</param>
/// <param name="Card">The card of that bandwidth.</param>
public sealed record Multiprocessor(
    int Architecture, int Warps, int Groups, int SharedBytes, int SharedUnit, int SharedReserved, int FloatLanes, int TensorMultiplyAdds,
    int SharedBytesPerClock, double MemoryBytesPerClock, string Card)
{
    /// <summary>Threads of a warp.</summary>
    public const int WarpSize = 32;

    /// <summary>Schedulers, each of which issues one instruction of one warp a clock and has a quarter of the registers.</summary>
    public const int Schedulers = 4;

    /// <summary>Registers of 32 bits.</summary>
    public const int Registers = 65536;

    /// <summary>Registers of a warp are given out in multiples of it.</summary>
    public const int RegisterUnit = 256;

    /// <summary>Registers a thread can have.</summary>
    public const int MaxRegisters = 255;

    /// <summary>Threads of 32-bit integer additions and multiplications a clock.</summary>
    public const int IntegerLanes = 64;

    /// <summary>Threads of population counts, reciprocals, roots, exponentials and conversions a clock.</summary>
    public const int SpecialLanes = 16;

    /// <summary>What the second-level cache brings to one multiprocessor in a clock, about.</summary>
    public const int CacheBytesPerClock = 32;

    private static readonly Multiprocessor[] s_all =
    [
        new(75, Warps: 32, Groups: 16, 64 << 10, SharedUnit: 256, SharedReserved: 0, 64, 512, 64, 5.0, "T4, 320 GB/s"),
        new(80, Warps: 64, Groups: 32, 164 << 10, SharedUnit: 128, SharedReserved: 1024, 64, 1024, 128, 10.2, "A100, 1555 GB/s"),
        new(90, Warps: 64, Groups: 32, 228 << 10, SharedUnit: 128, SharedReserved: 1024, 128, 2048, 128, 14.5, "H100, 3350 GB/s"),
    ];

    /// <summary>The multiprocessor of an architecture of <see cref="PtxTarget.Architectures"/>.</summary>
    public static Multiprocessor Of(int architecture) => s_all.Single(candidate => candidate.Architecture == architecture);
}
