using System.Globalization;

namespace JaccardKernels.Engine.Gpu;

/// <summary>What PTX is written for.</summary>
/// <param name="Architecture">The CUDA architecture: 80 is sm_80.</param>
/// <param name="IsaMajor">The version of the PTX language: 7 of 7.8.</param>
/// <param name="IsaMinor">8 of 7.8.</param>
public sealed record PtxTarget(int Architecture, int IsaMajor = 7, int IsaMinor = 8)
{
    // With the least version of the language that names each.
    private static readonly (int Architecture, int Major, int Minor)[] s_least = [(75, 6, 3), (80, 7, 0), (90, 7, 8)];

    // ILGPU knows these; NVIDIA never numbered a 6.6 or a 7.9.
    private static readonly string[] s_versions =
    [
        "6.3", "6.4", "6.5", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "7.7", "7.8",
        "8.0", "8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7", "8.8",
    ];

    /// <summary>The architectures every kernel is checked for.</summary>
    public static IReadOnlyList<int> Architectures { get; } = [.. s_least.Select(row => row.Architecture)];

    /// <summary>As a compiler's option: <c>sm_80</c>.</summary>
    public string ArchitectureName => $"sm_{Architecture}";

    /// <summary>As in the PTX: <c>7.8</c>.</summary>
    public string IsaName => $"{IsaMajor}.{IsaMinor}";

    /// <summary>Reads an architecture (<c>sm_80</c>) and a version of the language (<c>7.8</c>).</summary>
    /// <exception cref="ArgumentException">One is unknown, or the version does not know the architecture.</exception>
    public static PtxTarget Parse(string architecture, string isa)
    {
        int row = Array.FindIndex(s_least, row => $"sm_{row.Architecture}" == architecture);
        if (row < 0)
            throw new ArgumentException($"the architecture '{architecture}' is unknown; there are sm_{string.Join(", sm_", Architectures)}.");
        if (!s_versions.Contains(isa)) throw new ArgumentException($"the PTX version '{isa}' is unknown; there are {string.Join(", ", s_versions)}.");
        int[] version = [.. isa.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        (int number, int major, int minor) = s_least[row];
        return (version[0], version[1]).CompareTo((major, minor)) >= 0
            ? new PtxTarget(number, version[0], version[1])
            : throw new ArgumentException($"PTX {isa} does not know {architecture}; the least version that does is {major}.{minor}.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ArchitectureName}, PTX {IsaName}";
}
