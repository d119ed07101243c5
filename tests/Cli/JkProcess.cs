using System.Diagnostics;

namespace JaccardKernels.Tests.Cli;

/// <summary>jk as a process of its own: for what depends on how a process starts, or ends.</summary>
internal static class JkProcess
{
    /// <summary>How it is started, by the runtime of this process; what it writes is redirected.</summary>
    public static ProcessStartInfo Of(params IEnumerable<string> arguments)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return new ProcessStartInfo(
            Path.GetFullPath(Path.Combine(runtime, "../../../dotnet")), [Path.Combine(TestContext.CurrentContext.TestDirectory, "jk.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
    }
}
