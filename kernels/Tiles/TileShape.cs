using Microsoft.CodeAnalysis;

namespace JaccardKernels.Tiles;

/// <summary>The numbers of one <c>[TileShape]</c>.</summary>
internal sealed record TileShape(
    string Space, string Name, int Rows, int Columns, int Depth, int ThreadRows, int ThreadColumns, int WarpRows, int WarpColumns, int Buffers,
    string Tensor)
{
    /// <summary>Threads of a group.</summary>
    public int Threads => IsTensor ? Rows / WarpRows * (Columns / WarpColumns) * 32 : Rows / ThreadRows * (Columns / ThreadColumns);

    /// <summary>The tensor cores multiply, in this precision; else threads do, in fp32.</summary>
    public bool IsTensor => Tensor.Length > 0;

    /// <summary>
    /// Elements behind the rows of a step, so that threads that walk along k meet different banks: a vector for vector loads; two for the fragments
    /// of the tensor cores, whose four threads of a row would else meet those of the row eight on.
    /// </summary>
    public int Padding => IsTensor ? 8 : 4;

    /// <summary>What a factor becomes before it is multiplied, as an expression.</summary>
    public string Round => IsTensor ? $"Rounding.To{Tensor}(factor)" : "factor";

    /// <summary>
    /// Steps between two turns of the inner loop. ILGPU moves every sum behind all loads of its block: with a whole strip in one block, all its
    /// rows and columns would have to stay in registers (174 of them for 8 x 8 results, or spills); so many keep to 32. Tensor cores
    /// take 8 steps (tf32) or 16 (bf16) at once.
    /// </summary>
    public int Unroll => IsTensor ? (Tensor == "Bf16" ? 16 : 8) : 32 / (ThreadRows + ThreadColumns);

    /// <summary>Reads the attribute.</summary>
    public static TileShape From(GeneratorAttributeSyntaxContext context)
    {
        AttributeData attribute = context.Attributes[0];
        int rows = Argument(0), columns = Argument(1);
        return new TileShape(
            context.TargetSymbol.ContainingNamespace.ToDisplayString(), context.TargetSymbol.Name,
            rows, columns, Argument(2), Argument(3), Argument(4), Named("WarpRows", rows), Named("WarpColumns", columns), Named("Buffers", 1),
            Text("Tensor"));

        int Argument(int index) => (int)attribute.ConstructorArguments[index].Value!;

        string Text(string name)
        {
            foreach (var pair in attribute.NamedArguments)
            {
                if (pair.Key == name) return (string)pair.Value.Value!;
            }
            return "";
        }

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
