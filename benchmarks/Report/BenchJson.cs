using System.Text.Json.Serialization;

namespace JaccardKernels.Benchmarks;

/// <summary>JSON of the report.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(GpuReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
