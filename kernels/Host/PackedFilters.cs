using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Filters as the register tiles of a product read them, <c>[group][block of k][panel][k][rows]</c>: what <see cref="ConvolutionProduct"/> and
/// <see cref="DirectConvolution"/> else pack anew in every pass.
/// </summary>
internal static unsafe class PackedFilters
{
    /// <summary>Elements of all groups.</summary>
    public static long Length(in ConvolutionProblem p) => p.Groups * (long)GroupLength(p);

    /// <summary>The filters of a group among those packed, or null where there are none.</summary>
    public static float* Group(in ConvolutionProblem p, float* prepared, int group) => prepared == null ? null : prepared + group * GroupLength(p);

    /// <summary>Packs filters [K,C/G,R,S].</summary>
    public static void Pack(in ConvolutionProblem p, float* w, float* prepared, ThreadTeam team)
    {
        for (int group = 0; group < p.Groups; group++)
        {
            var lines = new MatrixLines(w + (nint)group * p.GroupFilters * p.PatchLength, p.PatchLength, alongK: true);
            DirectProduct.Pack(lines, p.GroupFilters, p.PatchLength, Group(p, prepared, group), team);
        }
    }

    private static nint GroupLength(in ConvolutionProblem p) => DirectProduct.PackedLength(p.GroupFilters, p.PatchLength);
}
