using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JaccardKernels.Benchmarks;

/// <summary>A line to the peer.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Flush">Bytes to overwrite before each sample.</param>
/// <param name="Seconds">How long to measure.</param>
internal sealed record PeerRequest(string Operation, string Problem, long Flush, double Seconds);

/// <summary>A line from the peer; the first one has facts, or says why nothing will follow.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Missing">Why it has not done it.</param>
/// <param name="Fp32">Median seconds in fp32.</param>
/// <param name="Tf32">Median seconds in TF32.</param>
internal sealed record PeerAnswer(string? Facts, string? Missing, double? Fp32, double? Tf32);

/// <summary>JSON of the conversation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PeerRequest))]
[JsonSerializable(typeof(PeerAnswer))]
internal sealed partial class PeerJson : JsonSerializerContext;

/// <summary>PyTorch, asked line by line for the time of the same work; missing where it is not installed or sees no device.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process? _process;

    /// <summary>Starts it.</summary>
    /// <param name="kind">The kind of the device.</param>
    /// <param name="script">benchmarks/peers/torch_peer.py, or what speaks like it.</param>
    /// <param name="python">The interpreter.</param>
    public TorchPeer(string kind, string script, string python = "python3")
    {
        if (kind != "cuda")
        {
            Missing = $"PyTorch runs on CUDA devices only; this is {kind}";
            return;
        }
        try
        {
            _process = Process.Start(new ProcessStartInfo(python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            PeerAnswer first = Read();
            (Facts, Missing) = (first.Facts ?? "", first.Missing);
        }
        catch (Win32Exception)
        {
            Missing = $"{python} is not installed";
        }
    }

    /// <summary>Where the script lies: beside the program.</summary>
    public static string Script => Path.Combine(AppContext.BaseDirectory, "peers", "torch_peer.py");

    /// <summary>Versions and device.</summary>
    public string Facts { get; } = "";

    /// <summary>Why it cannot be asked, or null.</summary>
    public string? Missing { get; }

    /// <summary>Asks for the time of a problem.</summary>
    public PeerAnswer Ask(PeerRequest request)
    {
        if (Missing is not null) return new PeerAnswer(null, Missing, null, null);
        try
        {
            _process!.StandardInput.WriteLine(JsonSerializer.Serialize(request, PeerJson.Default.PeerRequest));
            _process.StandardInput.Flush();
            return Read();
        }
        catch (IOException)
        {
            return new PeerAnswer(null, "it has ended", null, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is null) return;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, and the last question with it.
        }
        _process.WaitForExit();
        _process.Dispose();
    }

    private PeerAnswer Read()
    {
        string? line = _process!.StandardOutput.ReadLine();
        if (line is null) return new PeerAnswer(null, "it has ended", null, null);
        try
        {
            return JsonSerializer.Deserialize(line, PeerJson.Default.PeerAnswer)!;
        }
        catch (JsonException)
        {
            return new PeerAnswer(null, $"it said '{line}'", null, null);
        }
    }
}
