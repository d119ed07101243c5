using JaccardKernels.Cli;

namespace JaccardKernels.Tests.Cli;

/// <summary>A data set and options with which a run takes about a second.</summary>
internal static class TinyScenes
{
    public const string Spec = "scenes:size=24,train=60,query=8,database=40,tiles=64";

    public const string Options = """
        {
          "network": { "channels": [4, 8], "grid": 2, "hidden": 16, "dimensions": 16 },
          "pretrainingEpochs": 1, "pretrainingBatch": 16, "steps": 12, "batch": 16, "checkpointEvery": 5
        }
        """;

    /// <summary>Trains a run, asserting that it succeeds.</summary>
    public static void Train(string folder, string config, params string[] more) =>
        JkRunner.Run(["train", "--data", Spec, "--config", config, "--out", folder, "--device", "host", "--json", .. more]).Json();
}

/// <summary>A terminal on which a person presses Ctrl-C when the progress line says a word.</summary>
internal sealed class InterruptingTerminal : StringWriter
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly string _word;

    private InterruptingTerminal(string word) => _word = word;

    public static JkResult Run(string word, params string[] arguments)
    {
        using var terminal = new InterruptingTerminal(word);
        using var output = new StringWriter();
        var atTerminal = new Terminal(output, terminal, OutIsTerminal: false, ErrorIsTerminal: true);
        int code = JkApplication.Run(arguments, atTerminal, terminal._interrupt.Token);
        // Progress lines overwrite themselves: what stands after the last of them is the message.
        return new JkResult(code, output.ToString(), terminal.ToString().Split('\r')[^1]);
    }

    public override void Write(string? value)
    {
        base.Write(value);
        // The progress line shows ten states a second: the next one is not to be missed.
        Thread.Sleep(105);
        if (value!.Contains(_word, StringComparison.Ordinal)) _interrupt.Cancel();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _interrupt.Dispose();
        base.Dispose(disposing);
    }
}
