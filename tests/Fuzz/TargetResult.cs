namespace JaccardKernels.Fuzz;

/// <summary>An input that broke something.</summary>
/// <param name="Target">Whose input.</param>
/// <param name="Origin">Where it comes from: a seed and an iteration, or a file of the corpus.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Message">The message of the exception, or nothing.</param>
/// <param name="File">Where the input is kept.</param>
internal sealed record Finding(string Target, string Origin, string Fault, string Message, string File);

/// <summary>What a run over a target came to; filled by all threads.</summary>
/// <param name="name">The target.</param>
internal sealed class TargetResult(string name)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = [];
    private readonly List<Finding> _findings = [];

    /// <summary>The target.</summary>
    public string Name => name;

    /// <summary>Mutated inputs that were read.</summary>
    public long Accepted { get; private set; }

    /// <summary>Mutated inputs that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Both.</summary>
    public long Mutations => Accepted + Refused;

    /// <summary>The most that one input allocated.</summary>
    public long LargestAllocation { get; private set; }

    /// <summary>The longest that one input took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>What the run took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Inputs that broke something, one of each cause.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Counts what threads have counted for themselves.</summary>
    public void Add(long accepted, long refused, long largestAllocation, TimeSpan slowest)
    {
        lock (_lock)
        {
            (Accepted, Refused) = (Accepted + accepted, Refused + refused);
            LargestAllocation = Math.Max(LargestAllocation, largestAllocation);
            if (slowest > Slowest) Slowest = slowest;
        }
    }

    /// <summary>Keeps an input that broke something, unless another one did in the same way.</summary>
    public void Add(Outcome outcome, string origin, byte[] input, string folder, string file)
    {
        lock (_lock)
        {
            if (!_keys.Add(outcome.Key)) return;
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, file);
            File.WriteAllBytes(path, input);
            _findings.Add(new Finding(name, origin, outcome.Fault!, outcome.Thrown?.Message ?? "", path));
        }
    }
}
