using System.Runtime.CompilerServices;

// ILGPU's launchers and its simulator live in an assembly of this name, emitted at run time.
[assembly: InternalsVisibleTo("ILGPURuntime")]
[assembly: InternalsVisibleTo("JaccardKernels.Tests")]
