using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Benchmarks;

/// <summary>On what, and with what, a run was made.</summary>
/// <param name="Date">The day, UTC.</param>
/// <param name="Commit">The commit of the program.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Kind">"cuda" or "opencl".</param>
/// <param name="TuningKey">Its architecture and name, as tuned choices are kept under.</param>
/// <param name="Detail">Compute capability, units, driver.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Math">What products could be rounded to.</param>
/// <param name="Clock">What took the times.</param>
/// <param name="FlushedBytes">Bytes overwritten before each cold sample.</param>
/// <param name="Runtime">.NET.</param>
/// <param name="Ilgpu">The version of ILGPU.</param>
internal sealed record GpuFacts(
    string Date, string Commit, string Device, string Kind, string TuningKey, string Detail, long MemoryBytes, string Math, string Clock,
    long FlushedBytes, string Runtime, string Ilgpu)
{
    private const string Queried = "clocks.sm,clocks.max.sm,clocks.mem,clocks.max.mem,power.draw,power.limit,temperature.gpu,driver_version";

    /// <summary>The facts of a backend.</summary>
    public static GpuFacts Of(GpuBackend backend, BenchOptions options, long flushed) => new(
        DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), options.Commit, backend.Info.Name, backend.Info.Kind,
        backend.TuningKeys[0], backend.Info.Detail, backend.Info.MemoryBytes, ProductMaths.NameOf(backend.ProductMath),
        backend.HasDeviceClock ? "device events" : "host clock, launch and wait included", flushed, RuntimeInformation.FrameworkDescription,
        typeof(Context).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version ?? "?");

    /// <summary>Clocks and power as the driver's tool tells them now, in a line; or why it does not.</summary>
    public static string State(string kind)
    {
        if (kind != "cuda") return "not told: nvidia-smi knows CUDA devices only";
        try
        {
            var start = new ProcessStartInfo("nvidia-smi", [$"--query-gpu={Queried}", "--format=csv,noheader"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? $"{Queried}: {text.ReplaceLineEndings("; ")}" : $"not told: nvidia-smi ends with {process.ExitCode}";
        }
        catch (Win32Exception)
        {
            return "not told: nvidia-smi is not installed";
        }
    }
}
