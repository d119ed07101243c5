using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using JaccardKernels.Benchmarks;
using JaccardKernels.Engine;
using JaccardKernels.Peers;

var threads = new Option<int[]>("--threads") { HelpName = "N", Description = "Threads, one or more numbers.", DefaultValueFactory = _ => [1, 2], AllowMultipleArgumentsPerToken = true };
var filter = new Option<string>("--filter") { HelpName = "TEXT", Description = "Only work whose line contains TEXT.", DefaultValueFactory = _ => "" };
var quick = new Option<bool>("--quick") { Description = "Fewer and shorter turns." };
var folder = new Option<string?>("--out") { HelpName = "DIR", Description = "Folder of the result files. Default: benchmarks/results." };
var python = new Option<string>("--python") { HelpName = "FILE", Description = "The interpreter that has faiss.", DefaultValueFactory = _ => "python3" };
var updateReadme = new Option<bool>("--update-readme") { Description = "Put the table into README.md, between its markers." };
var repository = new Option<string>("--repository") { HelpName = "DIR", Description = "Folder of the solution.", DefaultValueFactory = _ => "." };
var commit = new Option<string>("--commit") { HelpName = "ID", Description = "The commit, for the results.", DefaultValueFactory = _ => "not told" };
var root = new RootCommand("Times ONNX Runtime, libtorch and faiss beside the host backend, in turns, on the same data.")
{
    threads, filter, quick, folder, python, updateReadme, repository, commit,
};
root.SetAction(Run);
return root.Parse(args).Invoke();

int Run(ParseResult parsed)
{
    PeerWork[] work = [.. PeerCatalog.All.Where(one => $"{one}".Contains(parsed.GetValue(filter)!, StringComparison.OrdinalIgnoreCase))];
    if (work.Length == 0)
    {
        Console.Error.WriteLine($"peers: error: --filter is '{parsed.GetValue(filter)}'; no work contains it.");
        return 2;
    }
    if (parsed.GetValue(threads)!.FirstOrDefault(n => n < 1 || n > Environment.ProcessorCount) is not 0 and var wrong)
    {
        Console.Error.WriteLine($"peers: error: --threads is {wrong}; the range is 1 to {Environment.ProcessorCount}.");
        return 2;
    }
    List<string> missing = [];
    List<IContender> peers = [];
    foreach ((string name, Func<IContender> open) in ((string, Func<IContender>)[])[("ONNX Runtime", () => new OnnxContender()), ("libtorch", () => new TorchContender()),
        ("faiss", () => new FaissContender(parsed.GetValue(python)!))])
    {
        try
        {
            IContender peer = open();
            peer.Prepare(new PeerWork("a trial", "Gemm", "m2n2k2"), 1)?.Dispose();
            peers.Add(peer);
        }
        catch (Exception e) when (e is DllNotFoundException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
        {
            // What follows the first sentence is a log of all the places that were searched.
            string why = e.GetBaseException().Message.ReplaceLineEndings("\n").Split('\n')[0];
            missing.Add($"{name} does not load here: {why.Split(".  ")[0]}");
        }
    }
    bool isQuick = parsed.GetValue(quick);
    var run = new PeerRun(peers, Console.Error) { Rounds = isQuick ? 3 : 9, Turn = isQuick ? 0.03 : 0.1 };
    List<Roof> roofs = [];
    List<SideBySide> rows = [];
    List<string> failures = [];
    foreach (int n in parsed.GetValue(threads)!)
    {
        Roof roof = HostRoof.Measure(n, TimeSpan.FromSeconds(isQuick ? 0.1 : 0.3));
        roofs.Add(roof);
        foreach (PeerWork one in work)
        {
            try
            {
                rows.Add(run.Time(one, n, roof));
            }
            catch (InvalidOperationException e)
            {
                failures.Add($"{one}, {n} thread(s): {e.Message}");
                Console.Error.WriteLine(e.Message);
            }
        }
    }
    foreach (IDisposable peer in peers.OfType<IDisposable>()) peer.Dispose();
    var report = new PeerReport(
        roofs[0].Device, RuntimeInformation.FrameworkDescription, DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        parsed.GetValue(commit)!, [.. peers.Select(peer => peer.Name)], missing, roofs, rows, failures);
    string table = PeerMarkdown.Write(report), path = Path.Combine(
        parsed.GetValue(folder) ?? Path.Combine(parsed.GetValue(repository)!, "benchmarks", "results"), $"{report.Date}-peers-{(isQuick ? "quick" : "full")}");
    Console.WriteLine(table);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    AtomicFile.WriteAllText($"{path}.md", $"# Beside the peers, {report.Date}\n\n{table}");
    AtomicFile.WriteAllText($"{path}.json", $"{JsonSerializer.Serialize(report, PeersJson.Default.PeerReport)}\n");
    Console.Error.WriteLine($"written: {path}.md and .json");
    if (failures.Count > 0)
    {
        Console.Error.WriteLine($"peers: error: {failures.Count} rows were not timed; the report says why.");
        return 1;
    }
    if (!parsed.GetValue(updateReadme)) return 0;
    string readme = Path.Combine(parsed.GetValue(repository)!, "README.md");
    AtomicFile.WriteAllText(readme, ReadmeSection.Replace(readme, File.ReadAllText(readme), table, "peers"));
    Console.Error.WriteLine($"updated: {readme}");
    return 0;
}

namespace JaccardKernels.Peers
{
    /// <summary>JSON of the report.</summary>
    [JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(PeerReport))]
    internal sealed partial class PeersJson : JsonSerializerContext;
}
