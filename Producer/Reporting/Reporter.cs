using Spectre.Console;

namespace Producer.Reporting;

/// <summary>Says things: the result on stdout, everything else on stderr, so that the result can be piped.</summary>
internal sealed class Reporter
{
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    public Reporter(TextWriter output, TextWriter error, bool isTerminal)
    {
        (_output, _error) = (output, error);
        Terminal = isTerminal ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) }) : null;
    }

    /// <summary>The terminal behind stderr; <see langword="null"/> when stderr goes elsewhere.</summary>
    public IAnsiConsole? Terminal { get; }

    /// <summary>A reporter for this process.</summary>
    public static Reporter ForConsole() => new(Console.Out, Console.Error, isTerminal: !Console.IsErrorRedirected);

    /// <summary>One line on stderr.</summary>
    public void Line(string text)
    {
        if (Terminal is null)
        {
            _error.WriteLine(text);
        }
        else
        {
            // Through the same console as the progress, which then moves out of the way.
            Terminal.WriteLine(text);
        }
    }

    /// <summary>One line of the result.</summary>
    /// <param name="text">The line.</param>
    /// <param name="outputIsTaken">stdout carries the orders themselves; the result then goes to stderr.</param>
    public void Result(string text, bool outputIsTaken = false) => (outputIsTaken ? _error : _output).WriteLine(text);
}
