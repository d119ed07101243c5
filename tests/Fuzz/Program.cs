using JaccardKernels.Fuzz;

return FuzzApplication.Run(args);
