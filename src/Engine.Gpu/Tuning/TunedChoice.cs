using System.Text.Json.Serialization;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

/// <summary>What was fastest for a class of problems of an operation in a mode of products.</summary>
/// <param name="Operation">The operation of the ladder.</param>
/// <param name="Math">The mode: fp32, tf32 or bf16.</param>
/// <param name="Problems">The class, as <see cref="KernelLadder.ClassOf"/> names it.</param>
/// <param name="Variant">The number of the variant.</param>
/// <param name="Tile">Its tile, or null for the default.</param>
/// <param name="Seconds">How long it took where it was tuned.</param>
public sealed record TunedChoice(string Operation, string Math, string Problems, int Variant, string? Tile, double Seconds)
{
    /// <summary>The same as a ladder takes it.</summary>
    [JsonIgnore]
    public KernelChoice Choice => new(Variant, Tile);

    internal (string, string, string) Key => (Operation, Math, Problems);
}

/// <summary>What was tuned on one device, or on all of a kind.</summary>
/// <param name="Device">The device, as <see cref="GpuBackend.TuningKeys"/> names it.</param>
/// <param name="Choices">What was fastest.</param>
public sealed record TunedDevice(string Device, IReadOnlyList<TunedChoice> Choices);
