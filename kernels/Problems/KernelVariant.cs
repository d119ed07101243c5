using System.Globalization;

namespace JaccardKernels.Problems;

/// <summary>One way to compute an operation: a rung of its ladder, which adds one idea to the rung before.</summary>
/// <param name="Number">Its number, from 1, the plain one, upwards.</param>
/// <param name="Name">Its name in one or two words.</param>
/// <param name="Idea">The idea it adds, in a line.</param>
public record KernelVariant(int Number, string Name, string Idea)
{
    private readonly double? _tolerance;

    /// <summary>The least mode that allows it.</summary>
    public ProductMath Math { get; init; }

    /// <summary>The names of the tiles it can be cut into, the first one the default; empty where there is nothing to choose.</summary>
    public IReadOnlyList<string> Tiles { get; init; } = [];

    /// <summary>The largest normalised mean squared error it may have where that exceeds its operation's; unless set, what rounding factors costs.</summary>
    public double Tolerance { get => _tolerance ?? ProductMaths.Tolerance(Math); init => _tolerance = value; }

    /// <summary>It is as exact on small integers as its operation: none of its steps rounds them.</summary>
    public bool IsExactOnIntegers { get; init; } = true;

    /// <inheritdoc/>
    public sealed override string ToString() => $"{Number} {Name}";
}

/// <summary>A variant with what it can do and what it moves.</summary>
/// <typeparam name="TProblem">The problems of the operation.</typeparam>
/// <param name="Number">Its number, from 1, the plain one, upwards.</param>
/// <param name="Name">Its name in one or two words.</param>
/// <param name="Idea">The idea it adds, in a line.</param>
public sealed record KernelVariant<TProblem>(int Number, string Name, string Idea) : KernelVariant(Number, Name, Idea)
    where TProblem : struct, IProblem<TProblem>
{
    /// <summary>Why it cannot compute a problem on this device, as the end of a sentence; null where it can.</summary>
    public Func<TProblem, string?> WhyNot { get; init; } = _ => null;

    /// <summary>Bytes that cross between the chip and its memory if nothing is cached between groups, given the tile's name or null.</summary>
    public required Func<TProblem, string?, long> Traffic { get; init; }
}

/// <summary>A variant and the tile it is cut into.</summary>
/// <param name="Variant">The number of the variant.</param>
/// <param name="Tile">The name of the tile, or null for its default.</param>
public readonly record struct KernelChoice(int Variant, string? Tile = null)
{
    /// <summary>Reads <c>N</c> or <c>N:TILE</c>.</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    public static KernelChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int variant) || parts is [_, ""])
            throw new ArgumentException(OneLine.Of($"'{text}' is no variant; it is a number, such as 2, or a number and a tile, such as 2:TILE."), nameof(text));
        return new KernelChoice(variant, parts.Length == 2 ? parts[1] : null);
    }

    /// <inheritdoc/>
    public override string ToString() => Tile is null ? $"{Variant}" : $"{Variant}:{Tile}";
}
