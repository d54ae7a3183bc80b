namespace Producer.Reporting;

/// <summary>
/// Log records as plain lines on stderr. The project's own are shown from Information on; those of libraries are not, for the outcome
/// says what they would.
/// </summary>
internal sealed class ReporterLoggerProvider(Reporter reporter) : ILoggerProvider
{
    private const string OwnParts = nameof(Infrastructure);

    public ILogger CreateLogger(string categoryName) => new ReporterLogger(
        reporter, categoryName.StartsWith(OwnParts, StringComparison.Ordinal) ? LogLevel.Information : LogLevel.None);

    public void Dispose()
    {
        // The reporter is not ours.
    }

    private sealed class ReporterLogger(Reporter reporter, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => least != LogLevel.None && logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                reporter.Line(formatter(state, exception) + (exception is null ? "" : $" ({exception.Message})"));
            }
        }
    }
}
