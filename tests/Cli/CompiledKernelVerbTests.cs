using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Gpu;
using JaccardKernels.Tests.Files;
using JaccardKernels.Tests.Gpu;
using JaccardKernels.Tests.MachineCode;

namespace JaccardKernels.Tests.Cli;

/// <summary><c>jk kernel ptx</c> and <c>jk kernel report</c>, the latter with scripts in the place of NVIDIA's tools.</summary>
public sealed class CompiledKernelVerbTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void PtxWritesTheKernelsOfAName()
    {
        JsonElement report = JkRunner.Run("kernel", "ptx", "hammingdistance", "--arch", "sm_90", "--out", _folder["out"], "--json").Json();
        JsonElement[] files = [.. report.GetProperty("kernels").EnumerateArray()];
        Assert.That(files.Select(file => file.GetProperty("kernel").GetString()), Is.EqualTo(
            GpuKernels.All.Select(kernel => kernel.Name).Where(name => name.StartsWith("HammingDistance.", StringComparison.Ordinal))));
        JsonElement wide = files.Single(file => file.GetProperty("kernel").GetString() == "HammingDistance.Matrix[Tile16]");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wide.GetProperty("file").GetString(), Is.EqualTo(_folder["out/HammingDistance.Matrix-Tile16.ptx"]));
            Assert.That(wide.GetProperty("groupSize").GetInt32(), Is.EqualTo(256));
            // Two strips of 16 steps of 65 words of 8 bytes.
            Assert.That(wide.GetProperty("sharedBytes").GetInt32(), Is.EqualTo(2 * 16 * 65 * 8));
            GpuKernel kernel = GpuKernels.All.Single(kernel => kernel.Name == "HammingDistance.Matrix[Tile16]");
            string written = File.ReadAllText(_folder["out/HammingDistance.Matrix-Tile16.ptx"]);
            Assert.That(CompiledKernels.WithoutNumbers(written), Is.EqualTo(CompiledKernels.WithoutNumbers(CompiledKernels.Get(kernel, 90).Text)));
            Assert.That(Directory.GetFiles(_folder["out"]), Has.Length.EqualTo(files.Length));
        }
    }

    [Test]
    public void BadOptionsAreNamed()
    {
        JkRunner.Run("kernel", "ptx", "--arch", "sm_70", "--out", _folder["out"]).AssertFailed(ExitCode.Usage, "sm_70", "sm_75, sm_80, sm_90");
        JkRunner.Run("kernel", "ptx", "--isa", "9", "--out", _folder["out"]).AssertFailed(ExitCode.Usage, "'9'", "7.8");
        JkRunner.Run("kernel", "ptx", "Nonesuch", "--out", _folder["out"]).AssertFailed(ExitCode.Usage, "Nonesuch");
        JkRunner.Run("kernel", "report", "--ptxas", "\"half", "--out", _folder["r.md"]).AssertFailed(ExitCode.Usage, "quote");
        Assert.That(Directory.Exists(_folder["out"]), Is.False);
    }

    [Test]
    public void ReportReadsWhatTheToolsWrite()
    {
        JkResult result = Report(RecordedListings.Ptxas, RecordedListings.ColumnSums, "--json");
        JsonElement kernel = result.Json().GetProperty("kernels").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Json().GetProperty("assembler").GetString(), Is.EqualTo("ptxas 11.8.89"));
            Assert.That(kernel.GetProperty("kernel").GetString(), Is.EqualTo("PartialSums.Add"));
            Assert.That(kernel.GetProperty("registers").GetInt32(), Is.EqualTo(43));
            Assert.That(kernel.GetProperty("occupancy").GetDouble(), Is.EqualTo(0.625));
            Assert.That(kernel.GetProperty("loopInstructions").GetInt32(), Is.EqualTo(8));
            Assert.That(File.ReadAllText(_folder["report.md"]), Does.Contain("| PartialSums | `Add` | 256 | 43 | 8320 |"));
        }
    }

    [Test]
    public void ReportFailsIfAKernelUsesLocalMemory()
    {
        const string Spills = "    0 bytes stack frame, 4 bytes spill stores, 8 bytes spill loads\nptxas info    : Used 255 registers";
        JkResult result = Report(Spills, RecordedListings.ColumnSums);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(result.Error.Trim(), Is.EqualTo(
            "jk: error: 1 of 1 kernels use local memory: PartialSums.Add (stack 0 B, spills 4 + 8 B, 0 LDL/STL)."));
        Assert.That(File.ReadAllText(_folder["report.md"]), Does.Contain("| `PartialSums.Add` | stack 0 B, spills 4 + 8 B, 0 LDL/STL |"));
    }

    [Test]
    public void ReportSaysWhichToolIsMissingOrFails()
    {
        string ptxas = Script("ptxas", "echo 'ptxas fatal   : no'; exit 3"), cuobjdump = Script("cuobjdump", "exit 0");
        Run("no-such-ptxas", cuobjdump).AssertFailed(ExitCode.Failed, "ptxas is missing", "no-such-ptxas");
        Run(ptxas, "no-such-cuobjdump").AssertFailed(ExitCode.Failed, "cuobjdump is missing", "no-such-cuobjdump");
        Run(ptxas, cuobjdump).AssertFailed(ExitCode.Failed, "returned 3", "ptxas fatal", ": no");
        Report("nothing", RecordedListings.ColumnSums).AssertFailed(ExitCode.Failed, "kernel PartialSums.Add", "ptxas", "registers");
        Assert.That(File.Exists(_folder["report.md"]), Is.False);
    }

    private JkResult Report(string ptxas, string listing, params string[] options)
    {
        const string Version = "Cuda compilation tools, release 11.8, V11.8.89";
        File.WriteAllText(_folder["ptxas.txt"], ptxas);
        File.WriteAllText(_folder["listing.txt"], listing);
        return Run(
            Script("ptxas", $"""if [ "$1" = --version ]; then echo '{Version}'; else cat '{_folder["ptxas.txt"]}' >&2; fi"""),
            Script("cuobjdump", $"cat '{_folder["listing.txt"]}'"), options);
    }

    private JkResult Run(string ptxas, string cuobjdump, params string[] options) => JkRunner.Run(
        ["kernel", "report", "PartialSums.Add", "--ptxas", ptxas, "--cuobjdump", cuobjdump, "--out", _folder["report.md"], .. options]);

    // A command with an argument that holds a blank.
    private string Script(string name, string text)
    {
        string path = _folder[$"the {name}.sh"];
        File.WriteAllText(path, text);
        return $"sh \"{path}\"";
    }
}
