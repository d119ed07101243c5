using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>A network that is run as a whole: the same layers, weights, images and labels for everybody.</summary>
/// <param name="Name">What it is known by.</param>
/// <param name="Build">Makes it. Its output is logits [C,1,1].</param>
internal sealed record PeerNetwork(string Name, Func<Network> Build)
{
    /// <summary>Of the steps: small, so that weights stay near where they were, however many steps are timed.</summary>
    public const float LearningRate = 1e-4f, Momentum = 0.9f;

    private const int Seed = 1, Classes = 1000;

    private static readonly SampleShape s_image = new(3, 224, 224);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PeerNetwork> All { get; } = 
    [
        new("SqueezeNet 1.1", () => SqueezeNet.Classifier(new SampleShape(3, 227, 227), Classes)),
        new("MobileNetV2 0.35", () => MobileNetV2.Classifier(s_image, Classes, 0.35f)), new("AlexNet", () => AlexNet.Classifier(s_image, Classes)),
        new("VGG-16", () => Vgg16.Classifier(s_image, Classes)), new("ResNet-18", () => ResNet18.Classifier(s_image, Classes)),
    ];

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
}
