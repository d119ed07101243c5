using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk similarity --top</c> reports.</summary>
/// <param name="Kind">Which similarity.</param>
/// <param name="Rows">Rows of the labels, M.</param>
/// <param name="Columns">Rows of the labels they are compared with, N.</param>
/// <param name="Classes">Classes, C.</param>
/// <param name="EmptyValue">The similarity of two empty label sets.</param>
/// <param name="Top">Places of a list, K.</param>
/// <param name="Least">The least similarity that counts.</param>
/// <param name="MeanReached">How many rows reach it, on average.</param>
/// <param name="WholeLists">Rows whose list holds all that reach it.</param>
/// <param name="Out">The file of similarities, float32 [M,K].</param>
/// <param name="RowsOut">The file of rows, int32 [M,K].</param>
/// <param name="CountsOut">The file of counts, int32 [M], or null.</param>
/// <param name="Device">Where it was computed.</param>
/// <param name="Seconds">How long it took, without the writing.</param>
/// <param name="PairsPerSecond">M N over that time.</param>
internal sealed record SimilarityTopReport(
    string Kind, int Rows, int Columns, int Classes, float EmptyValue, int Top, float Least, double MeanReached, int WholeLists,
    string Out, string RowsOut, string? CountsOut, string Device, double Seconds, double PairsPerSecond)
{
    /// <summary>For people.</summary>
    public void Write(IAnsiConsole console) => console.WriteFacts(
        ("similarity", Kind),
        ("searched", $"{Units.Count(Rows)} rows in {Units.Count(Columns)}, {Classes} classes, the {Units.Count(Top)} most similar"),
        ("reach the least", $"{Units.Measure(MeanReached)} on average; {Units.Count(WholeLists)} lists are whole"), ("written to", Out),
        ("time", $"{Units.Seconds(Seconds)} on {Device}, {Units.Rate(PairsPerSecond / 1e6)} M pairs/s"));
}
