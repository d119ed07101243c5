using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>Parameters and optimizer state in safetensors files, by name.</summary>
public static class ParameterFile
{
    /// <summary>Adds the values of all parameters, each under prefix and its name.</summary>
    public static void Add(SafetensorsFile file, ParameterStore parameters, string prefix = "")
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            ParameterSpec spec = parameters.Spec(i);
            file.Add<float>(prefix + spec.Name, parameters.Download(i), [.. spec.Shape]);
        }
    }

    /// <summary>Adds the state of an optimizer.</summary>
    public static void Add(SafetensorsFile file, Optimizer optimizer, string prefix)
    {
        for (int state = 0; state < optimizer.States; state++)
        {
            for (int i = 0; i < optimizer.Parameters.Count; i++)
            {
                ParameterSpec spec = optimizer.Parameters.Spec(i);
                var values = new float[spec.Length];
                optimizer.Parameters.Backend.Download(optimizer.State(state, i), values.AsSpan());
                file.Add<float>($"{prefix}{state}.{spec.Name}", values, [.. spec.Shape]);
            }
        }
    }

    /// <summary>Sets every parameter from the file.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or holds what is not a finite number; nothing has been set
    /// then.</exception>
    public static void Read(SafetensorsFile file, ParameterStore parameters, string prefix = "")
    {
        float[][] values = Values(file, parameters.Network, prefix);
        for (int i = 0; i < values.Length; i++) parameters.Upload(i, values[i]);
    }

    /// <summary>The values of a network's parameters, checked: before there are parameters to set.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Read(SafetensorsFile, ParameterStore, string)"/>.</exception>
    internal static float[][] Values(SafetensorsFile file, Network network, string prefix = "") =>
        [.. network.Parameters.Select(spec => ReadTensor(file, prefix + spec.Name, spec))];

    /// <summary>Sets the state of an optimizer.</summary>
    /// <exception cref="InvalidDataException">As of the other overload.</exception>
    public static void Read(SafetensorsFile file, Optimizer optimizer, string prefix)
    {
        for (int state = 0; state < optimizer.States; state++)
        {
            for (int i = 0; i < optimizer.Parameters.Count; i++)
            {
                ParameterSpec spec = optimizer.Parameters.Spec(i);
                optimizer.Parameters.Backend.Upload<float>(ReadTensor(file, $"{prefix}{state}.{spec.Name}", spec), optimizer.State(state, i));
            }
        }
    }

    private static float[] ReadTensor(SafetensorsFile file, string name, ParameterSpec spec)
    {
        StoredArray tensor = file[name];
        tensor.RequireShape([.. spec.Shape]);
        return tensor.ToSingle();
    }
}
