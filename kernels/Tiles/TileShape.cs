using Microsoft.CodeAnalysis;

namespace JaccardKernels.Tiles;

/// <summary>The numbers of one <c>[TileShape]</c>.</summary>
internal sealed record TileShape(
    string Space, string Name, int Rows, int Columns, int Depth, int ThreadRows, int ThreadColumns, int WarpRows, int WarpColumns, int Buffers)
{
    /// <summary>Threads of a group.</summary>
    public int Threads => Rows / ThreadRows * (Columns / ThreadColumns);

    /// <summary>Elements behind the rows of a step: a vector, so that threads that walk along k meet different banks.</summary>
    public int Padding => 4;

    /// <summary>What a factor becomes before it is multiplied, as an expression.</summary>
    public string Round => "factor";

    /// <summary>
    /// Steps between two turns of the inner loop. ILGPU moves every sum behind all loads of its block: with a whole strip in one block, all its
    /// rows and columns would have to stay in registers (174 of them for 8 x 8 results, or spills); so many keep to 32.
    /// </summary>
    public int Unroll => 32 / (ThreadRows + ThreadColumns);

    /// <summary>Reads the attribute.</summary>
    public static TileShape From(GeneratorAttributeSyntaxContext context)
    {
        AttributeData attribute = context.Attributes[0];
        int rows = Argument(0), columns = Argument(1);
        return new TileShape(
            context.TargetSymbol.ContainingNamespace.ToDisplayString(), context.TargetSymbol.Name,
            rows, columns, Argument(2), Argument(3), Argument(4), Named("WarpRows", rows), Named("WarpColumns", columns), Named("Buffers", 1));

        int Argument(int index) => (int)attribute.ConstructorArguments[index].Value!;

        int Named(string name, int otherwise)
        {
            foreach (var pair in attribute.NamedArguments)
            {
                if (pair.Key == name && (int)pair.Value.Value! != 0) return (int)pair.Value.Value!;
            }
            return otherwise;
        }
    }

    /// <summary>Parts of four elements of an operand that a thread fetches, given the rows or columns of the tile.</summary>
    public int Parts(int extent) => extent * Depth / (4 * Threads);
}
