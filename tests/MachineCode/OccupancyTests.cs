using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.MachineCode;

/// <summary>Against values worked out by hand from the tables of the CUDA programming guide.</summary>
public class OccupancyTests
{
    // 32 warps and 16 groups, 64 KiB of shared memory in units of 256 bytes.
    // 64 registers: 2048 a warp, 8 warps a scheduler, 32 in all.
    [TestCase(75, 256, 64, 0, 4, 1.0, OccupancyLimit.Warps)]
    // 40 registers: 1280 a warp, 48 warps, 12 groups; but 4 x 16 KiB is all the shared memory.
    [TestCase(75, 128, 40, 16384, 4, 0.5, OccupancyLimit.SharedMemory)]
    // One warp each: 16 groups are all.
    [TestCase(75, 32, 16, 0, 16, 0.5, OccupancyLimit.Groups)]
    // 16385 bytes are 16640: three fit.
    [TestCase(75, 128, 40, 16385, 3, 0.375, OccupancyLimit.SharedMemory)]
    // 64 warps and 32 groups, 164 KiB of shared memory in units of 128 bytes, 1 KiB of each group reserved.
    // 43 registers: 1376, given out as 1536; 10 warps a scheduler, 40 in all, 5 groups. 9344 bytes of shared memory would be 17.
    [TestCase(80, 256, 43, 8320, 5, 0.625, OccupancyLimit.Registers)]
    // 57 registers: 1824 as 2048; 32 warps, which are 32 groups too.
    [TestCase(80, 16, 57, 2176, 32, 0.5, OccupancyLimit.Registers)]
    // 48 KiB and one reserved: 50176 bytes, three times in 167936.
    [TestCase(80, 256, 32, 49152, 3, 0.375, OccupancyLimit.SharedMemory)]
    [TestCase(80, 256, 32, 0, 8, 1.0, OccupancyLimit.Warps)]
    // 128 registers: 4096 a warp, 4 warps a scheduler, 16 in all.
    [TestCase(80, 256, 128, 32768, 2, 0.25, OccupancyLimit.Registers)]
    [TestCase(80, 256, 256, 0, 0, 0, OccupancyLimit.Registers)]
    // 228 KiB: 50176 bytes four times in 233472.
    [TestCase(90, 256, 32, 49152, 4, 0.5, OccupancyLimit.SharedMemory)]
    // 168 registers: 5376 a warp, 3 warps a scheduler, 12 in all, 4 groups of 3.
    [TestCase(90, 96, 168, 0, 4, 0.1875, OccupancyLimit.Registers)]
    // 65 registers: 2080 as 2304, 73728 for 32 warps: more than there are.
    [TestCase(90, 1024, 65, 0, 0, 0, OccupancyLimit.Registers)]
    [TestCase(90, 1024, 64, 0, 1, 0.5, OccupancyLimit.Registers)]
    public void IsWhatTheRulesGive(int architecture, int threads, int registers, int shared, int groups, double share, OccupancyLimit limit)
    {
        var expected = new Occupancy(groups, share, limit);
        Assert.That(Occupancy.Of(Multiprocessor.Of(architecture), threads, registers, shared), Is.EqualTo(expected));
    }
}
