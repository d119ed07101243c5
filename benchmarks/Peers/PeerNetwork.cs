using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>A network that is run as a whole: the same layers, weights, images and labels for everybody.</summary>
/// <param name="Name">What it is known by.</param>
/// <param name="Build">Makes it. Its output is logits [C,1,1]; it has no dropout, whose noise no two libraries share.</param>
internal sealed record PeerNetwork(string Name, Func<Network> Build)
{
    /// <summary>Of the steps: small, so that weights stay near where they were, however many steps are timed.</summary>
    public const float LearningRate = 1e-4f, Momentum = 0.9f;

    private const int Seed = 1;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PeerNetwork> All { get; } = [new("VGG-like", VggLike)];

    /// <summary>The work of a batch: inference, or a step of training.</summary>
    public PeerWork Work(int batch, bool trains) =>
        new(trains ? $"{Name} step" : Name, trains ? PeerWork.NetworkStep : PeerWork.NetworkInference, $"mb{batch}", trains ? "steps of networks" : "networks")
        {
            Network = this,
            // Rounding adds up through the layers. Where it decides which of two equals is a window's maximum, a whole entry of the gradient moves.
            Tolerance = 1e-8,
            GradientTolerance = trains ? 1e-2 : null,
        };

    /// <summary>The samples of a work's batch.</summary>
    public static int Batch(PeerWork work) => new ProblemText(work.Problem).Required("mb");

    /// <summary>Its weights, freshly drawn: the same for all who ask.</summary>
    public ParameterStore Parameters(IBackend backend) => new(backend, Build(), Seed);

    private static Network VggLike()
    {
        var b = new NetworkBuilder(new SampleShape(3, 64, 64));
        Node x = b.Input;
        foreach ((int stage, int filters) in ((int, int)[])[(1, 32), (2, 64), (3, 128)])
        {
            foreach (int layer in (int[])[1, 2])
            {
                x = b.Convolution($"conv{stage}_{layer}", x, filters, 3, pad: 1, bias: false);
                x = b.Relu($"relu{stage}_{layer}", b.BatchNormalization($"norm{stage}_{layer}", x));
            }
            x = b.MaxPooling($"pool{stage}", x, 2);
        }
        b.FullyConnected("classes", b.Relu("relu4", b.FullyConnected("hidden", x, 256)), 100, Initialization.LeCunNormal);
        return b.Build();
    }
}
