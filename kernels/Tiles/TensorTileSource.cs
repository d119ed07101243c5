using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace JaccardKernels.Tiles;

/// <summary>
/// Spells out the part of a tile loop that tensor cores do: a warp of 32 threads multiplies fragments of 16 rows and 8 columns (mma.m16n8k8 of tf32,
/// mma.m16n8k16 of bf16), whose sums every thread holds four of. Where there are none, each thread computes the same four sums by itself.
/// </summary>
internal static class TensorTileSource
{
    private const int FragmentRows = 16, FragmentColumns = 8;

    /// <summary>Where a thread is, and its sums.</summary>
    public static void Begin(StringBuilder text, TileShape shape)
    {
        int warpsX = shape.Columns / shape.WarpColumns;
        text.AppendLine("        int lane = Group.IdxX & 31, warp = Group.IdxX >> 5, quad = lane >> 2, four = lane & 3;");
        text.AppendLine($"        int y = {TileShapeSource.Over("warp", warpsX)} * {shape.WarpRows}, x = {TileShapeSource.Modulo("warp", warpsX)} * {shape.WarpColumns};");
        text.AppendLine("        int vectorA = y >> 2, vectorB = x >> 2, other = 1;");
        foreach ((int i, int j) in Fragments(shape))
            text.AppendLine($"        float {Sum(i, j, 0)} = 0f, {Sum(i, j, 1)} = 0f, {Sum(i, j, 2)} = 0f, {Sum(i, j, 3)} = 0f;");
    }

    /// <summary>The products of as many steps as an instruction takes.</summary>
    public static void Steps(StringBuilder text, TileShape shape)
    {
        const string indent = "                ";
        int strideA = shape.Rows + shape.Padding, strideB = shape.Columns + shape.Padding;
        text.AppendLine($"{indent}var warpA = rowsA.Cast<float>();").AppendLine($"{indent}var warpB = rowsB.Cast<float>();");
        text.AppendLine($"{indent}if (global::ILGPU.Runtime.Cuda.CudaAsm.IsSupported)").AppendLine($"{indent}{{");
        // What all fragments add to their place lies in the view: what is left are constants, which the assembler puts into the loads.
        int stepsOfThread = shape.Tensor == "Tf32" ? 1 : 2;
        text.AppendLine($"{indent}    var threadA = warpA.SubView({stepsOfThread * strideA} * four + quad);");
        text.AppendLine($"{indent}    var threadB = warpB.SubView({stepsOfThread * strideB} * four + quad);");
        for (int i = 0; i < shape.WarpRows / FragmentRows; i++) Fragment(text, $"{indent}    ", shape, "A", i, i * FragmentRows, strideA, FragmentRows);
        for (int j = 0; j < shape.WarpColumns / FragmentColumns; j++) Fragment(text, $"{indent}    ", shape, "B", j, j * FragmentColumns, strideB, FragmentColumns);
        foreach ((int i, int j) in Fragments(shape))
        {
            text.AppendLine(
                $"{indent}    TensorCores.{shape.Tensor}(ref {Sum(i, j, 0)}, ref {Sum(i, j, 1)}, ref {Sum(i, j, 2)}, ref {Sum(i, j, 3)}, " +
                $"A{i}_0, A{i}_1, A{i}_2, A{i}_3, B{j}_0, B{j}_1);");
        }
        text.AppendLine($"{indent}}}").AppendLine($"{indent}else").AppendLine($"{indent}{{");
        foreach ((int i, int j) in Fragments(shape))
        {
            for (int sum = 0; sum < 4; sum++)
            {
                string row = $"quad + {i * FragmentRows + sum / 2 * 8}", column = $"2 * four + {j * FragmentColumns + sum % 2}";
                text.AppendLine($"{indent}    {Sum(i, j, sum)} = TensorCores.Plain({Sum(i, j, sum)}, warpA, {row}, {strideA}, warpB, {column}, {strideB}, {shape.Unroll});");
            }
        }
        text.AppendLine($"{indent}}}");
    }

    /// <summary>Stores the sums.</summary>
    public static void End(StringBuilder text, TileShape shape)
    {
        foreach ((int i, int j) in Fragments(shape))
        {
            for (int sum = 0; sum < 4; sum++)
            {
                text.AppendLine(
                    $"        result.StoreOne(row + y + quad + {i * FragmentRows + sum / 2 * 8}, column + x + 2 * four + {j * FragmentColumns + sum % 2}, {Sum(i, j, sum)});");
            }
        }
    }

    // PTX ISA, "Matrix Fragments for mma.m16n8k8" of .tf32 and "for mma.m16n8k16" of .bf16: register r of A holds row quad + 8 (r mod 2); of tf32 the step
    // four + 4 (r / 2), of bf16 the steps 2 four + 8 (r / 2) and the next, the first in the lower half. B has one row (its column) a thread.
    private static void Fragment(StringBuilder text, string indent, TileShape shape, string side, int index, int first, int stride, int rows)
    {
        int registers = rows == FragmentRows ? 4 : 2;
        for (int register = 0; register < registers; register++)
        {
            int row = registers == 4 ? first + register % 2 * 8 : first, half = registers == 4 ? register / 2 : register;
            int place = (shape.Tensor == "Tf32" ? 4 : 8) * half * stride + row;
            text.AppendLine($"{indent}uint {side}{index}_{register} = TensorCores.{shape.Tensor}Factor(thread{side}, {place}, {stride});");
        }
    }

    private static IEnumerable<(int I, int J)> Fragments(TileShape shape) =>
        from i in Enumerable.Range(0, shape.WarpRows / FragmentRows)
        from j in Enumerable.Range(0, shape.WarpColumns / FragmentColumns)
        select (i, j);

    private static string Sum(int i, int j, int sum) => $"c{i}_{j}_{sum}";
}
