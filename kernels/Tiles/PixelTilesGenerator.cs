using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

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
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static c => c.AddSource("PixelTilesAttribute.g.cs", SourceText.From(AttributeSource, Encoding.UTF8)));
        var classes = context.SyntaxProvider.ForAttributeWithMetadataName(
            "JaccardKernels.Tiles.PixelTilesAttribute",
            static (node, _) => node is ClassDeclarationSyntax,
            static (c, _) => new PixelTileSource(
                c.TargetSymbol.ContainingNamespace.ToDisplayString(),
                c.TargetSymbol.Name,
                (int)c.Attributes[0].ConstructorArguments[0].Value!,
                (int)c.Attributes[0].ConstructorArguments[1].Value!));
        context.RegisterSourceOutput(classes, static (c, tiles) => c.AddSource(tiles.Name + ".g.cs", SourceText.From(tiles.Write(), Encoding.UTF8)));
    }
}
