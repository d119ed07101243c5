using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A data set of the experiment, and what is compared on it.</summary>
/// <param name="Id">For files and options.</param>
/// <param name="Name">For tables.</param>
/// <param name="LeaveOneOut">Queries and database are one set, each query left out of its own ranking: where images are few.</param>
/// <param name="Options">How backbone and heads are trained.</param>
/// <param name="Methods">What is compared.</param>
internal abstract record Part(string Id, string Name, bool LeaveOneOut, TrainingOptions Options, IReadOnlyList<Method> Methods)
{
    /// <summary>Folders of data that it needs, within that of all.</summary>
    public abstract IReadOnlyList<string> Folders { get; }

    /// <summary>Its data as <c>--data</c> takes it, without folder and seed.</summary>
    public abstract string Input { get; }

    /// <summary>The methods that tables and charts set side by side: without those that only serve codes.</summary>
    public IEnumerable<Method> Compared => Methods.Where(method => !Method.Signs.Contains(method));

    /// <summary>Opens its data for a seed.</summary>
    public abstract IPartSource Open(PartContext context, int seed);
}

/// <summary>What running a part needs.</summary>
/// <param name="Folder">Where results are kept.</param>
/// <param name="Progress">What is told.</param>
/// <param name="Backend">Where networks run.</param>
/// <param name="Data">The folder with the data sets.</param>
/// <param name="Threads">Threads that decode, and that measure.</param>
internal sealed record PartContext(ExperimentFolder Folder, ExperimentProgress Progress, IBackend Backend, string Data, int Threads);

/// <summary>The data of a part, opened, and its backbone.</summary>
internal interface IPartSource : IDisposable
{
    /// <summary>Makes the backbone; the share of held-out single objects that it tells rightly, or NaN.</summary>
    double MakeBackbone();

    /// <summary>What the backbone makes of the images.</summary>
    PartFeatures Features();
}

/// <summary>Features of a frozen backbone, and labels.</summary>
/// <param name="Train">Of the training images.</param>
/// <param name="TrainLabels">Their labels.</param>
/// <param name="Query">Of the queries.</param>
/// <param name="QueryLabels">Their labels.</param>
/// <param name="Database">Of what they are asked of.</param>
/// <param name="DatabaseLabels">Their labels.</param>
internal sealed record PartFeatures(
    FeatureCache Train, LabelMatrix TrainLabels, FeatureCache Query, LabelMatrix QueryLabels, FeatureCache Database, LabelMatrix DatabaseLabels);
