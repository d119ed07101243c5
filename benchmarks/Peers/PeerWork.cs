namespace JaccardKernels.Peers;

/// <summary>Work that more than one library can do: an operation of ours, or the way there and back of a convolution.</summary>
/// <param name="Name">What it is known by: a layer of a network.</param>
/// <param name="Operation">The operation's name, or <see cref="Training"/>.</param>
/// <param name="Problem">The problem's text form.</param>
/// <param name="Group">Rows whose ratios are averaged; empty for none.</param>
internal sealed record PeerWork(string Name, string Operation, string Problem, string Group = "")
{
    /// <summary>Forward, to the data and to the weights.</summary>
    public const string Training = "ConvolutionTraining";

    private const string Small = "3x3";

    private static readonly (string Name, string Problem, string Group)[] s_layers =
    [
        ("alex1", "mb8ic3ih224oc64kh11sh4ph2", ""), ("alex2", "mb8ic64ih27oc192kh5ph2", ""), ("vgg1_2", "mb4ic64ih224oc64kh3ph1", Small),
        ("vgg3", "mb4ic256ih56oc256kh3ph1", Small), ("res2", "mb8ic64ih56oc64kh3ph1", Small), ("res3", "mb8ic128ih28oc128kh3ph1", Small),
        ("res4", "mb8ic256ih14oc256kh3ph1", Small), ("res5", "mb8ic512ih7oc512kh3ph1", Small), ("pw", "mb8ic256ih56oc64kh1", ""),
    ];

    /// <summary>All of it.</summary>
    public static IReadOnlyList<PeerWork> All { get; } =
    [
        .. from n in (int[])[512, 1024, 2048] select new PeerWork($"sgemm {n}", "Gemm", $"m{n}n{n}k{n}"),
        .. from layer in s_layers select new PeerWork(layer.Name, "ConvolutionForward", layer.Problem, layer.Group),
        .. from layer in s_layers select new PeerWork($"{layer.Name} train", Training, layer.Problem, "train"),
        new PeerWork("set Jaccard", "SetSimilarity", "m4096n4096c80kind2empty0"), new PeerWork("multiset Jaccard", "CountSimilarity", "m512n512c80empty0"),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Operation} {Problem}";
}

/// <summary>The operands of some work: the same numbers for everybody.</summary>
internal sealed class PeerData
{
    private readonly Random _random = new(1);

    /// <summary>Numbers in [-1, 1].</summary>
    public float[] Floats(int length) => Draw(length, () => 2f * _random.NextSingle() - 1f);

    /// <summary>Counts of objects, most of them 0.</summary>
    public int[] Counts(int length) => Draw(length, () => _random.Next(10) == 0 ? _random.Next(1, 6) : 0);

    private static T[] Draw<T>(int length, Func<T> next)
    {
        var values = new T[length];
        for (int i = 0; i < length; i++) values[i] = next();
        return values;
    }
}
