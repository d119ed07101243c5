using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace JaccardKernels.Tiles;

/// <summary>For a class marked <c>[PixelTiles(maxRows, bits)]</c>, writes the register tiles of 1 to maxRows pixels by one and by two vectors of filters.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PixelTilesGenerator : IIncrementalGenerator
{
    private const string AttributeSource = """
        namespace JaccardKernels.Tiles
        {
            /// <summary>Asks for register tiles of 1 to MaxRows pixels by one and two vectors of Bits bits (32 for plain floats).</summary>
            [global::System.AttributeUsage(global::System.AttributeTargets.Class)]
            internal sealed class PixelTilesAttribute : global::System.Attribute
            {
                public PixelTilesAttribute(int maxRows, int bits) => (MaxRows, Bits) = (maxRows, bits);

                public int MaxRows { get; }

                public int Bits { get; }
            }
        }
        """;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => MarkedTypes.Register<ClassDeclarationSyntax, PixelTileSource>(
        context, "PixelTilesAttribute", AttributeSource, static (c, _) => new PixelTileSource(c.Space(), c.TargetSymbol.Name, c.Number(0), c.Number(1)),
        static tiles => (tiles.Name, tiles.Write()));
}
