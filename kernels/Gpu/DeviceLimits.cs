using System.Runtime.CompilerServices;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace JaccardKernels.Gpu;

/// <summary>What a device takes in one launch. What exceeds it is refused here, by number: the driver would fail, and may be lost by it.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="GroupSize">Threads of a group.</param>
/// <param name="Groups">Groups of a launch.</param>
/// <param name="Threads">Threads of a launch.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
internal sealed record DeviceLimits(string Device, int GroupSize, int Groups, long Threads, int SharedBytes)
{
    /// <summary>The limits of a device.</summary>
    public static DeviceLimits Of(Accelerator accelerator)
    {
        int groups = accelerator.MaxGridSize.X;
        // ILGPU multiplies groups by threads in 32 bits when it launches on OpenCL.
        long threads = accelerator is CLAccelerator ? int.MaxValue : long.MaxValue;
        return new(accelerator.Name, accelerator.MaxNumThreadsPerGroup, groups, threads, accelerator.MaxSharedMemoryPerGroup);
    }

    /// <summary>
    /// The most groups of that size that a kernel can be launched with.
    /// </summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="groupSize">Threads of a group.</param>
    /// <param name="launcher">The kernel, compiled.</param>
    /// <exception cref="ArgumentException">The device cannot run a single group.</exception>
    public int MostGroups(string kernel, int groupSize, Delegate launcher)
    {
        Kernel compiled = launcher.GetKernel();
        int least = compiled is CLKernel cl ? Math.Min(GroupSize, GroupSizeOf(cl)) : GroupSize;
        if (groupSize > least) throw Exceeded(kernel, $"groups of {groupSize} threads", least);
        int shared = EntryPointOf(compiled.CompiledKernel).SharedMemory.StaticSize;
        if (shared > SharedBytes) throw Exceeded(kernel, $"{shared} bytes of shared memory a group", SharedBytes);
        return (int)Math.Min(Groups, Threads / groupSize);
    }

    /// <summary>The refusal of a launch.</summary>
    /// <param name="kernel">What was to run.</param>
    /// <param name="needed">What it needs.</param>
    /// <param name="limit">What there is.</param>
    public ArgumentException Exceeded(string kernel, string needed, long limit) => new($"{kernel} needs {needed}; {Device} takes {limit}.");

    // A kernel that needs many registers takes fewer threads than the device does. CUDA's is compiled for its group size and always takes it.
    private static int GroupSizeOf(CLKernel kernel) =>
        (int)CLAPI.CurrentAPI.GetKernelWorkGroupInfo<nint>(
            kernel.KernelPtr, ((CLAccelerator)kernel.Accelerator).DeviceId, CLKernelWorkGroupInfoType.CL_KERNEL_WORK_GROUP_SIZE);

    // ILGPU gives out the size of shared memory with kernel information alone, for which its contexts have no switch.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);
}
