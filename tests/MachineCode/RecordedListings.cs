namespace JaccardKernels.Tests.MachineCode;

/// <summary>What ptxas and cuobjdump of CUDA 11.8 wrote.</summary>
internal static class RecordedListings
{
    /// <summary>Of one kernel, by <c>ptxas -v</c>.</summary>
    public const string Ptxas = """
        ptxas info    : 0 bytes gmem
        ptxas info    : Compiling entry function 'Kernel_Product' for 'sm_80'
        ptxas info    : Function properties for Kernel_Product
            0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Used 43 registers, 8320 bytes smem, 448 bytes cmem[0], 8 bytes cmem[2]
        """;

    /// <summary>Column sums, without most of the prologue: a loop over rows at 0390, the group's reduction at 04f0, padding at the end.</summary>
    public const string ColumnSums = """
        	code for sm_80
        		Function : Kernel_Sum
        	.headerflags    @"EF_CUDA_SM80 EF_CUDA_PTX_SM(EF_CUDA_SM80)"
        /*0000*/                   IMAD.MOV.U32 R1, RZ, RZ, c[0x0][0x28] ;
        /*0070*/                   BSSY B0, 0x460 ;
        /*0330*/               @P1 BRA 0x440 ;
        /*0340*/                   ISETP.GE.AND P0, PT, R11, c[0x0][0x180], PT ;
        /*0350*/                   BSSY B1, 0x420 ;
        /*0360*/                   IMAD.MOV.U32 R5, RZ, RZ, RZ ;
        /*0370*/               @P0 BRA 0x410 ;
        /*0380*/                   IMAD.MOV.U32 R4, RZ, RZ, R11 ;
        /*0390*/                   IMAD.MOV.U32 R3, RZ, RZ, 0x4 ;
        /*03a0*/                   IMAD R2, R4, c[0x0][0x184], R7 ;
        /*03b0*/                   IMAD.WIDE.U32 R2, R2, R3, c[0x0][0x160] ;
        /*03c0*/                   LDG.E R2, [R2.64] ;
        /*03d0*/                   IMAD.IADD R4, R9, 0x1, R4 ;
        /*03e0*/                   ISETP.GE.AND P0, PT, R4, c[0x0][0x180], PT ;
        /*03f0*/                   FADD R5, R2, R5 ;
        /*0400*/              @!P0 BRA 0x390 ;
        /*0410*/                   BSYNC B1 ;
        /*0420*/                   IMAD.MOV.U32 R2, RZ, RZ, R5 ;
        /*0430*/                   BRA 0x450 ;
        /*0440*/                   IMAD.MOV.U32 R2, RZ, RZ, RZ ;
        /*0450*/                   BSYNC B0 ;
        /*0460*/                   SHF.R.S32.HI R4, RZ, 0x1, R9 ;
        /*0470*/                   SHF.L.U32 R3, R0, 0x2, RZ ;
        /*0480*/                   ISETP.LE.AND P1, PT, R4, RZ, PT ;
        /*0490*/                   ISETP.GE.AND P0, PT, R7, c[0x0][0x184], PT ;
        /*04a0*/                   STS [R3], R2 ;
        /*04b0*/                   BAR.SYNC 0x0 ;
        /*04c0*/                   ISETP.NE.OR P0, PT, R11, RZ, !P0 ;
        /*04d0*/                   ISETP.EQ.AND P0, PT, R11, RZ, P0 ;
        /*04e0*/               @P1 BRA 0x5b0 ;
        /*04f0*/                   ISETP.GE.AND P1, PT, R11, R4, PT ;
        /*0500*/              @!P1 IMAD R2, R4, c[0x0][0x188], R0 ;
        /*0510*/                   SHF.R.S32.HI R4, RZ, 0x1, R4 ;
        /*0520*/              @!P1 IMAD.SHL.U32 R5, R0, 0x4, RZ ;
        /*0530*/              @!P1 IMAD.SHL.U32 R3, R2, 0x4, RZ ;
        /*0540*/              @!P1 LDS R2, [R5] ;
        /*0550*/              @!P1 LDS R3, [R3] ;
        /*0560*/              @!P1 FADD R2, R2, R3 ;
        /*0570*/              @!P1 STS [R5], R2 ;
        /*0580*/                   BAR.SYNC 0x0 ;
        /*0590*/                   ISETP.LE.AND P1, PT, R4, RZ, PT ;
        /*05a0*/              @!P1 BRA 0x4f0 ;
        /*05b0*/              @!P0 EXIT ;
        /*05c0*/                   IMAD.MOV.U32 R2, RZ, RZ, 0x4 ;
        /*05d0*/                   IMAD.WIDE.U32 R2, R7, R2, c[0x0][0x170] ;
        /*05e0*/                   LDG.E R4, [R2.64] ;
        /*05f0*/                   IMAD.SHL.U32 R0, R0, 0x4, RZ ;
        /*0600*/                   LDS R5, [R0] ;
        /*0610*/                   FADD R5, R4, R5 ;
        /*0620*/                   STG.E [R2.64], R5 ;
        /*0630*/                   EXIT ;
        /*0640*/                   BRA 0x640;
        /*0650*/                   NOP;
        """;
}
