namespace Producer.CommandLine;

/// <summary>How a command ends. The numbers from 64 on are those of sysexits.h, 130 is the shell's for an interrupt.</summary>
internal static class ExitCodes
{
    /// <summary>Every order is confirmed, none was refused.</summary>
    public const int Ok = 0;

    /// <summary>Not every order is confirmed, or the broker was not reached.</summary>
    public const int NotConfirmed = 1;

    /// <summary>Some lines were refused, all others are confirmed.</summary>
    public const int SomeRefused = 3;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>With <c>--strict</c> a line was refused, or the one order was.</summary>
    public const int Refused = 65;

    /// <summary>A file cannot be read or written.</summary>
    public const int File = 66;

    /// <summary>The configuration is wrong, or the broker refuses it.</summary>
    public const int Configuration = 78;

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;
}
