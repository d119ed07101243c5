using System.Globalization;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace JaccardKernels.Engine.Gpu;

/// <summary>The GPUs of this machine: what is there, what can be used, and why the rest cannot.</summary>
public static class GpuDevices
{
    /// <summary>Every CUDA and OpenCL device, and a line for each kind of which there is none.</summary>
    public static IReadOnlyList<DeviceReport> Enumerate() => [.. Cuda().Select(found => found.Report), .. OpenCl().Select(found => found.Report)];

    /// <summary>
    /// Opens a device: <c>cuda</c>, <c>opencl</c> (the first usable one of the kind) or, by number, <c>cuda:1</c>; what was tuned for it
    /// (see <see cref="TuningFile"/>) decides how it computes.
    /// </summary>
    /// <exception cref="ArgumentException">The text is none of these, or the device is not there or not usable: the message says why.</exception>
    /// <exception cref="InvalidOperationException">The driver refuses, or the device does not compute what it should.</exception>
    /// <exception cref="InvalidDataException">The user's tuning file is broken; the message names it and what is wrong.</exception>
    /// <exception cref="IOException">The tuning file that was named is not there or cannot be read.</exception>
    public static GpuBackend Open(string device)
    {
        IReadOnlyList<TuningTable> tables = TuningFile.Load();
        GpuBackend backend = OpenUntuned(device);
        backend.Use(tables);
        return backend;
    }

    /// <summary>The same without what was tuned, for a run that is to tune.</summary>
    /// <exception cref="ArgumentException">The text is no device, or the device is not there or not usable: the message says why.</exception>
    /// <exception cref="InvalidOperationException">The driver refuses, or the device does not compute what it should.</exception>
    public static GpuBackend OpenUntuned(string device)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(device);
        string kind = device.Split(':')[0];
        bool numbered = device.Length > kind.Length;
        string number = numbered ? device[(kind.Length + 1)..] : "0";
        if (kind is not ("cuda" or "opencl") || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            throw new ArgumentException($"device '{device}' is unknown; GPUs are cuda and opencl, or one of them by number: cuda:1.", nameof(device));
        List<Found> all = kind == "cuda" ? Cuda() : OpenCl();
        Found chosen = numbered
            ? all.Find(found => found.Report.Index == index) ?? throw NotThere(device, $"{kind} devices have the numbers 0 to {all.Count - 1}")
            : all.Find(found => found.Report.Usable) ?? all[0];
        return chosen.Report.Usable ? Open(chosen) : throw NotThere(device, chosen.Report.WhyNot!);
    }

    /// <summary>ILGPU's simulator, in which a thread of the GPU is one of the operating system: for tests of tiny problems, not for users.</summary>
    internal static GpuBackend OpenSimulator()
    {
        // 4 warps of 4 threads: groups of 16, the least that every kernel must bear.
        Context context = Context.Create(builder => Configure(builder).Profiling().CPU(new CPUDevice(4, 4, 1)));
        Accelerator accelerator = context.GetCPUDevice(0).CreateAccelerator(context);
        return new GpuBackend(context, accelerator, new BackendInfo("simulator", accelerator.Name, "groups of 16 threads", accelerator.MemorySize));
    }

    /// <summary>A context for compilation alone, with the options of every other one.</summary>
    internal static Context CreateCompilerContext() => Context.Create(builder => Configure(builder));

    private static GpuBackend Open(Found found)
    {
        Context context = Context.Create(builder => _ = found.Device is CudaDevice cuda
            ? Configure(builder).Profiling().Cuda(candidate => candidate.DeviceId == cuda.DeviceId)
            : Configure(builder).OpenCL(candidate => candidate.DeviceId == ((CLDevice)found.Device!).DeviceId));
        GpuBackend? backend = null;
        try
        {
            Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
            DeviceReport report = found.Report;
            backend = new GpuBackend(context, accelerator, new BackendInfo(report.Kind, report.Name, report.Detail, report.Memory));
            SelfTest.Run(backend);
            return backend;
        }
        catch (Exception e)
        {
            if (backend is null) context.Dispose();
            else backend.Dispose();
            if (e is AcceleratorException) throw new InvalidOperationException($"{found.Report.Name} does not open: {e.Message}", e);
            throw;
        }
    }

    // O1 emits generic-address loads.
    private static Context.Builder Configure(Context.Builder builder) => builder.Optimize(OptimizationLevel.O2).EnableAlgorithms();

    private static ArgumentException NotThere(string device, string why) => new($"device '{device}' cannot be used: {why}.", nameof(device));

    private static List<Found> Cuda()
    {
        NativeLibraries.Install();
        nint driver = NativeLibraries.Cuda();
        if (driver == 0) return [Nothing("cuda", "no NVIDIA driver is installed (libcuda.so.1 is not found)")];
        if (InitializeCuda(driver) is int code and not 0) return [Nothing("cuda", $"the NVIDIA driver finds no device (cuInit returns {code})")];
        List<Found> found = [.. CudaDevice.GetDevices(_ => true).OfType<CudaDevice>().Select(device => new Found(Report(device), device))];
        return found.Count > 0 ? found : [Nothing("cuda", "the NVIDIA driver lists no device that ILGPU can read")];
    }

    private static List<Found> OpenCl()
    {
        NativeLibraries.Install();
        if (NativeLibraries.OpenCl() == 0) return [Nothing("opencl", "no OpenCL loader is installed (libOpenCL.so.1 is not found)")];
        IEnumerable<CLDevice> devices = CLDevice.GetDevices(_ => true).OfType<CLDevice>();
        List<Found> found = [.. devices.Select((device, index) => new Found(Report(device, index), device))];
        return found.Count > 0 ? found : [Nothing("opencl", "the OpenCL loader lists no available device; a driver (ICD) is missing")];
    }

    private static DeviceReport Report(CudaDevice device)
    {
        bool known = device.Architecture is not null && device.InstructionSet is not null;
        string? whyNot = known ? null : "ILGPU knows no instruction set for its architecture and driver";
        string detail = $"{device.Architecture}, {device.NumMultiprocessors} multiprocessors, driver {device.DriverVersion}";
        return new DeviceReport("cuda", device.DeviceId, device.Name, device.MemorySize, detail, IsGpu: true, whyNot);
    }

    private static DeviceReport Report(CLDevice device, int index)
    {
        string? whyNot = device.Capabilities.GenericAddressSpace
            ? null
            : $"{device.PlatformName} lacks the generic address space of OpenCL 2 (PoCL has it from version 5)";
        bool cpu = device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_CPU);
        string detail = $"{device.PlatformName}, {device.DeviceVersion}, {device.NumMultiprocessors} compute units{(cpu ? ", on the CPU" : "")}";
        return new DeviceReport("opencl", index, device.Name, device.MemorySize, detail, !cpu, whyNot);
    }

    private static Found Nothing(string kind, string whyNot) => new(new DeviceReport(kind, 0, "-", 0, "", IsGpu: false, whyNot), null);

    private static unsafe int InitializeCuda(nint driver) => ((delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit"))(0);

    private sealed record Found(DeviceReport Report, Device? Device);
}
