using System;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace JaccardKernels.Tiles;

/// <summary>What the generators here share: an attribute that they declare, and a source for every type that bears it.</summary>
internal static class MarkedTypes
{
    /// <summary>Declares an attribute of the namespace JaccardKernels.Tiles, and writes a source for each type marked with it.</summary>
    /// <typeparam name="TNode">The syntax of such a type: a class, or a structure.</typeparam>
    /// <typeparam name="T">What is known of a marked type; equal where its source is the same.</typeparam>
    /// <param name="context">The compiler's.</param>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="declaration">Its source.</param>
    /// <param name="read">Reads a marked type.</param>
    /// <param name="write">Its source, and the name of that.</param>
    public static void Register<TNode, T>(
        IncrementalGeneratorInitializationContext context, string attribute, string declaration,
        Func<GeneratorAttributeSyntaxContext, CancellationToken, T> read, Func<T, (string Name, string Source)> write)
        where TNode : TypeDeclarationSyntax
    {
        context.RegisterPostInitializationOutput(c => c.AddSource(attribute + ".g.cs", SourceText.From(declaration, Encoding.UTF8)));
        IncrementalValuesProvider<T> types = context.SyntaxProvider.ForAttributeWithMetadataName(
            "JaccardKernels.Tiles." + attribute, static (node, _) => node is TNode, read);
        context.RegisterSourceOutput(types, (c, type) =>
        {
            (string name, string source) = write(type);
            c.AddSource(name + ".g.cs", SourceText.From(source, Encoding.UTF8));
        });
    }

    /// <summary>An integer that the attribute was given.</summary>
    public static int Number(this GeneratorAttributeSyntaxContext context, int argument) => (int)context.Attributes[0].ConstructorArguments[argument].Value!;

    /// <summary>The namespace of the marked type.</summary>
    public static string Space(this GeneratorAttributeSyntaxContext context) => context.TargetSymbol.ContainingNamespace.ToDisplayString();
}
