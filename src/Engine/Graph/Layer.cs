namespace JaccardKernels.Engine;

/// <summary>A tensor that the forward pass leaves for the backward pass: the choices of a pooling, the statistics of a normalisation.</summary>
/// <param name="Length">Elements.</param>
/// <param name="Bytes">Bytes of an element.</param>
public readonly record struct SavedSpec(int Length, int Bytes);

/// <summary>
/// One node of a network: its inputs, the shape it produces, the parameters it owns, and its forward and hand-written backward pass in terms
/// of a backend's operations. A layer holds no data: all tensors come with the <see cref="LayerContext"/>, so one network serves any number
/// of plans, batch sizes and backends.
/// </summary>
public abstract class Layer
{
    /// <summary>Describes a node.</summary>
    /// <param name="name">Unique in the network.</param>
    /// <param name="inputs">Numbers of the nodes it reads; -1 is the network's input.</param>
    /// <param name="output">Shape of one sample of its result.</param>
    protected Layer(string name, IReadOnlyList<int> inputs, SampleShape output) => (Name, Inputs, Output) = (name, inputs, output);

    /// <summary>Unique in the network.</summary>
    public string Name { get; }

    /// <summary>Numbers of the nodes it reads; -1 is the network's input.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Shape of one sample of its result.</summary>
    public SampleShape Output { get; }

    /// <summary>The tensors it owns.</summary>
    public virtual IReadOnlyList<ParameterSpec> Parameters => [];

    /// <summary>The backward pass reads the inputs of the forward pass.</summary>
    public virtual bool BackwardReadsInput => false;

    /// <summary>The backward pass reads the result of the forward pass.</summary>
    public virtual bool BackwardReadsOutput => false;

    /// <summary>Its result may overwrite its input, and the gradient of its input that of its result.</summary>
    public virtual bool RunsInPlace => false;

    /// <summary>What the forward pass of training leaves for the backward pass.</summary>
    public virtual IReadOnlyList<SavedSpec> Saved(int batch) => [];

    /// <summary>Floating-point operations of the forward pass.</summary>
    public virtual long Flops(int batch) => 0;

    /// <summary>Computes the output; overwrites it.</summary>
    public abstract void Forward(in LayerContext context);

    /// <summary>Overwrites the gradients of the inputs that are asked for, and accumulates those of the parameters that train.</summary>
    public abstract void Backward(in LayerContext context);

    /// <summary>What the layer does, for descriptions: "convolution 32x3x3 pad 1".</summary>
    public abstract override string ToString();
}
