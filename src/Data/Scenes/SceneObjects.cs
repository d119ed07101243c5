using System.Runtime.CompilerServices;

namespace JaccardKernels.Data;

/// <summary>Room for the objects of one scene, on the stack.</summary>
[InlineArray(SceneGenerator.MaximumObjects)]
internal struct SceneObjects
{
    private SceneObject _first;
}
