using System.Globalization;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk index bench</c> reports.</summary>
/// <param name="Index">The file.</param>
/// <param name="Structure">flat, mih or jaccard.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes.</param>
/// <param name="K">Neighbours wanted.</param>
/// <param name="Batch">Queries of one search.</param>
/// <param name="Clients">Searches at a time.</param>
/// <param name="Threads">Threads of one search.</param>
/// <param name="Searches">Searches timed.</param>
/// <param name="OpenSeconds">How long opening took.</param>
/// <param name="P50">Half of the searches took at most so many seconds.</param>
/// <param name="P90">Nine in ten.</param>
/// <param name="P99">99 in 100.</param>
/// <param name="Slowest">All.</param>
/// <param name="QueriesPerSecond">By all clients together.</param>
/// <param name="ReadSeconds">How long plain reading of all codes took; null where a search does not read them all.</param>
/// <param name="ShareOfRead">That over <paramref name="P50"/>: above 1 where queries of a batch share what is read.</param>
/// <param name="AllocatedBytes">Managed memory allocated while searches were timed, the clients' own included.</param>
/// <param name="PeakBytes">The largest memory of the process, pages of the file included.</param>
internal sealed record IndexBenchReport(
    string Index, string Structure, int Bits, long Count, int K, int Batch, int Clients, int Threads, int Searches, double OpenSeconds, double P50, double P90,
    double P99, double Slowest, double QueriesPerSecond, double? ReadSeconds, double? ShareOfRead, long AllocatedBytes, long PeakBytes)
{
    /// <summary>Writes it for people.</summary>
    public void Write(IAnsiConsole console)
    {
        string share = ReadSeconds is { } reading
            ? string.Create(CultureInfo.InvariantCulture, $"plain reading of all codes takes {Units.Seconds(reading)}, {100 * ShareOfRead:0} % of a search")
            : "the codes are not all read";
        console.WriteFacts(
            ("index", $"{Index}, {Structure}, {Units.Count(Count)} codes of {Bits} bits, opened in {Units.Seconds(OpenSeconds)}"),
            ("searches", $"{Units.Count(Searches)} of {Batch} queries, top {K}, {Clients} at a time on {Threads} threads each"),
            ("time", $"half in {Units.Seconds(P50)}, 90 % in {Units.Seconds(P90)}, 99 % in {Units.Seconds(P99)}, all in {Units.Seconds(Slowest)}"),
            ("queries", $"{Units.Rate(QueriesPerSecond)}/s"),
            ("reading", share),
            ("memory", $"at most {Units.Bytes(PeakBytes)}, pages of the file included; {Units.Bytes(AllocatedBytes)} allocated while timed"));
    }
}
