using System.Text.Json.Serialization;
using JaccardKernels.Cases;
using JaccardKernels.Cli.Training;
using JaccardKernels.Cli.Verbs;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli;

/// <summary>JSON of every report, without reflection: a verb adds a line with the type it reports. NaN and infinities are strings.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DevicesReport))]
[JsonSerializable(typeof(TrainingReport))]
[JsonSerializable(typeof(EvaluateReport))]
[JsonSerializable(typeof(EmbedReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(SimilarityReport))]
[JsonSerializable(typeof(SimilarityTopReport))]
[JsonSerializable(typeof(LabelsReport))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(IndexReport))]
[JsonSerializable(typeof(ConvertReport))]
[JsonSerializable(typeof(IndexBenchReport))]
[JsonSerializable(typeof(SearchReport))]
[JsonSerializable(typeof(KernelListReport))]
[JsonSerializable(typeof(KernelCheckReport))]
[JsonSerializable(typeof(IReadOnlyList<TimingResult>))]
[JsonSerializable(typeof(IReadOnlyList<LadderTiming>))]
[JsonSerializable(typeof(LadderReport))]
[JsonSerializable(typeof(KernelTuneReport))]
[JsonSerializable(typeof(KernelRunReport))]
[JsonSerializable(typeof(KernelPtxReport))]
[JsonSerializable(typeof(MachineCodeReport))]
internal sealed partial class JkJson : JsonSerializerContext;
