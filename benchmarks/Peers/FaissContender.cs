using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>A line to faiss.</summary>
/// <param name="Command">prepare, run or results.</param>
/// <param name="Folder">Where codes lie, and results go.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="K">Neighbours wanted.</param>
/// <param name="Threads">Threads.</param>
internal sealed record FaissRequest(string Command, string? Folder = null, int Bits = 0, int K = 0, int Threads = 0);

/// <summary>A line from faiss.</summary>
/// <param name="Facts">What it is: the first line.</param>
/// <param name="Missing">Why it has not done it.</param>
/// <param name="Seconds">How long a run took.</param>
internal sealed record FaissAnswer(string? Facts, string? Missing, double Seconds);

/// <summary>JSON of the conversation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FaissRequest))]
[JsonSerializable(typeof(FaissAnswer))]
internal sealed partial class FaissJson : JsonSerializerContext;

/// <summary>faiss on the CPU, exact search of binary codes, in a process of Python's that is asked line by line (benchmarks/peers/faiss_peer.py).</summary>
internal sealed class FaissContender : IContender, IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="python">The interpreter.</param>
    /// <exception cref="NotSupportedException">There is no such interpreter, or it has no faiss.</exception>
    public FaissContender(string python)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peers", "faiss_peer.py");
        try
        {
            _process = Process.Start(new ProcessStartInfo(python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Name = Read().Facts!;
        }
        catch (Win32Exception)
        {
            throw new NotSupportedException($"{python} is not installed");
        }
    }

    public string Name { get; }

    public PreparedWork? Prepare(PeerWork work, int threads)
    {
        if (work.Operation != "HammingTopK") return null;
        var search = HammingProblem.Parse(work.Problem);
        var data = new PeerData();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peers-");
        try
        {
            Write("database", data.Codes(search.LengthDatabase));
            Write("queries", data.Codes(search.LengthQueries));
            Ask(new FaissRequest("prepare", folder.FullName, search.Bits, search.K, threads));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return new PreparedWork(() => Ask(new FaissRequest("run")).Seconds, Distances);

        void Write(string name, ulong[] codes) => File.WriteAllBytes(Path.Combine(folder.FullName, name), MemoryMarshal.AsBytes<ulong>(codes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private IReadOnlyList<float[]> Distances()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peers-");
        try
        {
            Ask(new FaissRequest("results", folder.FullName));
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder.FullName, "distances"));
            return [[.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(distance => (float)distance)]];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private FaissAnswer Ask(FaissRequest request)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(request, FaissJson.Default.FaissRequest));
        _process.StandardInput.Flush();
        return Read();
    }

    private FaissAnswer Read()
    {
        string line = _process.StandardOutput.ReadLine() ?? throw new NotSupportedException("it has ended");
        FaissAnswer answer = JsonSerializer.Deserialize(line, FaissJson.Default.FaissAnswer)!;
        return answer.Missing is null ? answer : throw new NotSupportedException(answer.Missing);
    }
}
