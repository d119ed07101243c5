using JaccardKernels.Learning;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>The triplets of an epoch of group-hard mining, before the margin rules any out.</summary>
/// <param name="Groups">Groups the set is cut into.</param>
/// <param name="Mean">Over the shuffles.</param>
/// <param name="Deviation">Standard deviation over the shuffles; 0 for one.</param>
internal sealed record SupplyReport(int Groups, double Mean, double Deviation);

/// <summary>What <c>jk labels</c> reports.</summary>
/// <param name="Labels">Whose labels: a file, or a data set and its part.</param>
/// <param name="With">What they are compared with; null means each other.</param>
/// <param name="Kind">The similarity J.</param>
/// <param name="EmptyValue">J of two images without labels, in the pairs; in the triplets it is 0, as in training.</param>
/// <param name="Tau">Positives have J above it.</param>
/// <param name="Summary">The labels image by image.</param>
/// <param name="Pairs">The labels pair by pair.</param>
/// <param name="Margin">The margin m.</param>
/// <param name="Plateau">The loss of a collapsed network, m times the mean J of positives.</param>
/// <param name="TripletsWanted">With fewer, mining halves the groups: six an image.</param>
/// <param name="Shuffles">Shuffles averaged over.</param>
/// <param name="Triplets">At each number of groups.</param>
/// <param name="Device">Where it was computed.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record LabelsReport(
    string Labels, string? With, string Kind, float EmptyValue, float Tau, LabelSummary Summary, PairStatistics Pairs, float Margin, double Plateau,
    double TripletsWanted, int Shuffles, IReadOnlyList<SupplyReport> Triplets, string Device, double Seconds)
{
    /// <summary>For people.</summary>
    public void Write(IAnsiConsole console)
    {
        console.WriteFacts(
            ("labels", With is null ? $"{Labels}, all pairs of two images" : $"{Labels} against {With}"),
            ("images", $"{Units.Count(Summary.Images)}, {Units.Count(Summary.WithoutLabels)} without labels, {Summary.Classes} classes"),
            ("of an image", $"{Summary.MeanObjects:0.00} objects ({Summary.MostObjects} at most) of {Summary.MeanClasses:0.00} classes"),
            ("distinct label vectors", Units.Count(Summary.DistinctVectors)),
            ("pairs", Units.Count(Pairs.Pairs)),
            ("share a class", $"{Pairs.ShareSharing:0.00000}, the mAP of chance"),
            ($"J > {Tau}", $"{Pairs.SharePositive:0.00000}, the mAP@{Tau} of chance; {Units.Count(Pairs.RowsWithoutPositive)} images have none"),
            ("mean J", $"{Pairs.MeanSimilarity:0.0000}; of positives {Pairs.MeanOfPositives:0.0000}, of which {Pairs.ShareIdentical:P1} have J = 1"),
            ("loss of a collapsed network", $"{Plateau:0.00} at margin {Margin}"));
        console.WriteLine();
        console.WriteLine(
            "Group-hard triplets of an epoch, of a network that has learned nothing yet "
            + $"({Shuffles} shuffles; {Units.Count((long)TripletsWanted)} are wanted):");
        Table table = Tables.Create(">groups", ">triplets", ">deviation");
        foreach (SupplyReport supply in Triplets) table.Row($"{supply.Groups}", Units.Count((long)supply.Mean), $"{supply.Deviation:0}");
        console.Write(table);
        console.WriteFacts(("time", $"{Units.Seconds(Seconds)} on {Device}"));
    }
}
