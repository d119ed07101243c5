using JaccardKernels.Host;

namespace JaccardKernels.Engine;

/// <summary>What the processor says of itself.</summary>
internal static class HostInfo
{
    /// <summary>Describes this machine with a team of <paramref name="threads"/>.</summary>
    public static BackendInfo Describe(int threads) => new(
        "host", Processor(), $"{SimdWidth.Name}, {threads} {(threads == 1 ? "thread" : "threads")}", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static string Processor()
    {
        const string cpuInfo = "/proc/cpuinfo";
        if (File.Exists(cpuInfo))
        {
            foreach (string line in File.ReadLines(cpuInfo))
            {
                if (line.StartsWith("model name", StringComparison.Ordinal)) return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
        }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
