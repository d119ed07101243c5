using System.Diagnostics;
using System.Text.Json;
using JaccardKernels.Tests.Cli;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Gpu;

/// <summary>A container has drivers under their versioned names alone: they are found, and asked.</summary>
[Platform("Linux")]
public class NativeLibrariesTests
{
    [TestCase(100)]
    [TestCase(803)]
    public void DriverIsFoundWithoutItsDevelopmentName(int code)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["libcuda.so.1"], TinyLibrary.Build("libcuda.so.1", "cuInit", (ushort)code));
        string whyNot = WhyNoCuda(folder["."]);
        Assert.That(whyNot, Is.EqualTo($"the NVIDIA driver finds no device (cuInit returns {code})"));
    }

    [Test]
    public void FileThatIsNoLibraryIsNoDriver()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["libcuda.so.1"], "");
        Assert.That(WhyNoCuda(folder["."]), Is.EqualTo("no NVIDIA driver is installed (libcuda.so.1 is not found)"));
    }

    // In a process of its own: this one may have loaded a driver, and the loader reads its path once.
    private static string WhyNoCuda(string libraries)
    {
        ProcessStartInfo start = JkProcess.Of("devices", "--json");
        start.Environment["LD_LIBRARY_PATH"] = libraries;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That((process.ExitCode, error.Result), Is.EqualTo((0, "")));
        JsonElement cuda = JsonDocument.Parse(output).RootElement.GetProperty("devices").EnumerateArray()
            .Single(device => device.GetProperty("device").GetString() == "cuda");
        Assert.That(cuda.GetProperty("usable").GetBoolean(), Is.False);
        return cuda.GetProperty("whyNot").GetString()!;
    }
}
