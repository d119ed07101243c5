using JaccardKernels.Engine.Gpu;
using JaccardKernels.Tests.Cases;

namespace JaccardKernels.Tests.Gpu;

/// <summary>The GPU backends that tests of this room run on: the simulator always, devices where JK_TEST_BACKENDS names them.</summary>
internal static class GpuKinds
{
    public static IEnumerable<string> All => ["simulator", .. Devices];

    /// <summary>The devices alone, for what the simulator cannot show: it allocates managed memory to run its threads.</summary>
    public static IEnumerable<string> Devices => Backends.Chosen.Where(name => name is "opencl" or "cuda");

    /// <summary>A backend of its own, for tests that change or close it.</summary>
    public static GpuBackend Open(string kind) => kind == "simulator" ? GpuDevices.OpenSimulator() : GpuDevices.Open(kind);
}
