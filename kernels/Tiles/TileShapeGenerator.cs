using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace JaccardKernels.Tiles;

/// <summary>
/// Writes the tile loop of GPU kernels: for a structure marked <c>[TileShape(...)]</c>, the method Run of ITileShape with every accumulator,
/// every step of a strip and every part that a thread fetches spelled out.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class TileShapeGenerator : IIncrementalGenerator
{
    private const string AttributeSource = """
        namespace JaccardKernels.Tiles
        {
            /// <summary>Asks for the tile loop of Rows x Columns results a group and ThreadRows x ThreadColumns a thread, all multiples of 4.</summary>
            [global::System.AttributeUsage(global::System.AttributeTargets.Struct)]
            internal sealed class TileShapeAttribute : global::System.Attribute
            {
                /// <summary>Names the numbers.</summary>
                /// <param name="rows">Results of a group along a column.</param>
                /// <param name="columns">Results of a group along a row.</param>
                /// <param name="depth">Steps of a strip.</param>
                /// <param name="threadRows">Results of a thread along a column.</param>
                /// <param name="threadColumns">Results of a thread along a row.</param>
                public TileShapeAttribute(int rows, int columns, int depth, int threadRows, int threadColumns) { }

                /// <summary>Rows of the block that neighbouring threads fill; 0 for all rows of the tile.</summary>
                public int WarpRows { get; set; }

                /// <summary>Columns of that block; 0 for all columns of the tile.</summary>
                public int WarpColumns { get; set; }

                /// <summary>2: the next strip is fetched while this one is computed; 1: one after the other.</summary>
                public int Buffers { get; set; } = 1;

                /// <summary>
                /// Tf32 or Bf16: warps of 32 threads multiply blocks of WarpRows x WarpColumns on tensor cores, and the numbers of a thread are of
                /// no meaning.
                /// </summary>
                public string Tensor { get; set; } = "";
            }
        }
        """;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => MarkedTypes.Register<StructDeclarationSyntax, TileShape>(
        context, "TileShapeAttribute", AttributeSource, static (c, _) => TileShape.From(c),
        static shape => ($"{shape.Name}.TileShape", TileShapeSource.Write(shape)));
}
