using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>A device that was looked at.</summary>
/// <param name="Device">What <c>--device</c> takes.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Detail">Width of SIMD and threads, or units and driver.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Usable">It can be asked for.</param>
/// <param name="WhyNot">Why not, if not.</param>
internal sealed record DeviceLine(string Device, string Name, string Detail, long MemoryBytes, bool Usable, string? WhyNot);

/// <summary>What <c>jk devices</c> reports.</summary>
/// <param name="Auto">The device that <c>--device auto</c> takes.</param>
/// <param name="Devices">All that were looked at.</param>
/// <param name="Notes">What users of GPUs ask.</param>
internal sealed record DevicesReport(string Auto, IReadOnlyList<DeviceLine> Devices, IReadOnlyList<string> Notes);

/// <summary><c>jk devices</c>.</summary>
internal sealed class DevicesVerb : Verb
{
    private static readonly string[] Notes =
    [
        "A device is opened by name, --device host, cuda:0, opencl:1; auto takes the first usable GPU, else the host.",
        "A GPU that is missing: CUDA needs the NVIDIA driver's libcuda.so.1, OpenCL a loader libOpenCL.so.1 and the vendor's ICD, both visible in the container.",
        "The first launch of each GPU kernel is slow, for it is compiled then (CUDA: a fraction of a second, OpenCL on a CPU: a second or two); later ones are not.",
        "A backend is used by one thread at a time, whichever thread that is; the host backend spreads each call over --threads of its own.",
    ];

    public DevicesVerb()
        : base("devices", "Lists what can compute here, and says of everything else why it cannot.", "jk devices", "jk devices --json")
    {
    }

    public override void Run(VerbContext context)
    {
        using var host = new HostBackend();
        IReadOnlyList<DeviceReport> found = GpuDevices.Enumerate();
        DevicesReport report = new(
            found.FirstOrDefault(device => device.Usable && device.IsGpu)?.Specification ?? "host",
            [
                new DeviceLine("host", host.Info.Name, host.Info.Detail, host.Info.MemoryBytes, true, null),
                .. found.Select(device =>
                    new DeviceLine(device.Name == "-" ? device.Kind : device.Specification, device.Name, device.Detail, device.Memory, device.Usable, device.WhyNot)),
            ],
            Notes);
        context.Report(report, JkJson.Default.DevicesReport, console => Write(console, report));
    }

    private static void Write(IAnsiConsole console, DevicesReport report)
    {
        Table table = Tables.Create("device", "usable", "name", ">memory", "detail");
        foreach (DeviceLine line in report.Devices)
        {
            table.Row(
                line.Device == report.Auto ? $"{line.Device} (auto)" : line.Device, line.Usable ? "yes" : "no", line.Name,
                line.MemoryBytes > 0 ? Units.Bytes(line.MemoryBytes) : "-", line.WhyNot ?? line.Detail);
        }
        console.Write(table);
        foreach (string note in report.Notes) console.WriteLine(note);
    }
}
