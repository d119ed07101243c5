using System.Globalization;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// Weights that others have trained, from safetensors files. Parameters are found by name: a file saved from torchvision's state_dict serves the
/// networks of this library that have its names as it is; for other names and other orders of axes, a map says where each parameter lies.
/// </summary>
public static class WeightImport
{
    /// <summary>Sets the parameters from a file. What else the file has is left alone.</summary>
    /// <param name="file">The tensors.</param>
    /// <param name="parameters">Set, all of them or none.</param>
    /// <param name="map">Where a parameter lies; by default under its own name, in its own shape.</param>
    /// <param name="which">The parameters to set, by default all: others, such as the classes of another problem, stay as they are.</param>
    /// <returns>How many parameters were set.</returns>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, has another shape or type, or holds what is no finite number or, of variances, is below 0. The message is one line naming file,
    /// tensor, value and limit; nothing has been set then.
    /// </exception>
    public static int Load(
        SafetensorsFile file, ParameterStore parameters, Func<ParameterSpec, WeightSource>? map = null, Func<ParameterSpec, bool>? which = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        IReadOnlyDictionary<int, float[]> values = Read(file, parameters.Network, map, which);
        foreach ((int parameter, float[] value) in values) parameters.Upload(parameter, value);
        return values.Count;
    }

    /// <summary>The values of a network's parameters, by their numbers, and checked: before there are parameters to set.</summary>
    /// <inheritdoc cref="Load"/>
    internal static IReadOnlyDictionary<int, float[]> Read(
        SafetensorsFile file, Network network, Func<ParameterSpec, WeightSource>? map = null, Func<ParameterSpec, bool>? which = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        map ??= spec => new WeightSource(spec.Name);
        return Enumerable.Range(0, network.Parameters.Count).Where(i => which is null || which(network.Parameters[i]))
            .ToDictionary(i => i, i => Read(file, network.Parameters[i], map(network.Parameters[i])));
    }

    private static float[] Read(SafetensorsFile file, ParameterSpec spec, WeightSource source)
    {
        if (!file.TryGet(source.Tensor, out StoredArray? tensor))
            throw new InvalidDataException($"{file.Name}: there is no tensor '{source.Tensor}', which parameter '{spec.Name}' needs.");
        int[] order = OrderOf(spec, source);
        // The parameter's axis a is the tensor's axis order[a].
        int[] stored = new int[order.Length];
        for (int axis = 0; axis < order.Length; axis++) stored[order[axis]] = spec.Shape[axis];
        if (source.Groups > 1) stored[1] /= source.Groups;
        tensor.RequireShape(stored);
        float[] values = tensor.ToSingle();
        if (spec.Name.EndsWith(".running_var", StringComparison.Ordinal)) RequireVariances(tensor, values);
        if (source.Groups > 1) return Ungrouped(values, stored, source.Groups);
        return source.Layout == WeightLayout.Same ? values : Transposed(values, stored, order);
    }

    // Filters [K,C/G,R,S] as [K,C,R,S]: filter k reads the channels of group k G / K.
    private static float[] Ungrouped(float[] values, int[] stored, int groups)
    {
        int filters = stored[0], window = values.Length / filters;
        var result = new float[values.Length * groups];
        for (int k = 0; k < filters; k++)
        {
            int group = k * groups / filters;
            values.AsSpan(k * window, window).CopyTo(result.AsSpan((k * groups + group) * window));
        }
        return result;
    }

    private static int[] OrderOf(ParameterSpec spec, WeightSource source)
    {
        int[] order = source.Layout switch
        {
            WeightLayout.Hwio => [3, 2, 0, 1],
            // [C,1,R,S] from [R,S,C,1].
            WeightLayout.Hwc1 => [2, 3, 0, 1],
            WeightLayout.InOut => [1, 0],
            _ => [.. Enumerable.Range(0, spec.Shape.Count)],
        };
        return order.Length == spec.Shape.Count ? order : throw new ArgumentException(
            $"parameter '{spec.Name}' has {spec.Shape.Count} axes; layout {source.Layout} of tensor '{source.Tensor}' has {order.Length}.", nameof(source));
    }

    private static float[] Transposed(float[] values, int[] stored, int[] order)
    {
        int[] strides = new int[stored.Length];
        for (int axis = stored.Length - 1, stride = 1; axis >= 0; stride *= stored[axis--]) strides[axis] = stride;
        float[] result = new float[values.Length];
        int[] position = new int[stored.Length];
        for (int i = 0, from = 0; i < result.Length; i++)
        {
            result[i] = values[from];
            // The next position of the parameter, the last axis fastest.
            for (int axis = order.Length - 1; axis >= 0; axis--)
            {
                int extent = stored[order[axis]], stride = strides[order[axis]];
                from += stride;
                if (++position[axis] < extent) break;
                from -= extent * stride;
                position[axis] = 0;
            }
        }
        return result;
    }

    private static void RequireVariances(StoredArray tensor, float[] values)
    {
        int at = Array.FindIndex(values, value => value < 0);
        if (at >= 0)
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"{tensor.Name}: the element at [{at}] is {values[at]}; variances are at least 0."));
    }
}
