namespace IntegrationTests.Stack.Otlp;

/// <summary>Who sent it, and which part of him.</summary>
/// <param name="Resource">What the process says of itself.</param>
/// <param name="Scope">Source of the spans, meter, or category of the log lines.</param>
internal sealed record Origin(IReadOnlyDictionary<string, object?> Resource, string Scope)
{
    public string Service => (string)Resource["service.name"]!;
}

/// <summary>A span as a collector receives it.</summary>
internal sealed record SentSpan(
    Origin Origin, string Name, int Kind, string TraceId, string SpanId, string ParentId,
    IReadOnlyDictionary<string, object?> Attributes, IReadOnlyList<string> LinkedSpanIds)
{
    /// <summary><see cref="Kind"/> of a publisher's span.</summary>
    public const int Producer = 4;

    /// <summary><see cref="Kind"/> of a consumer's span.</summary>
    public const int Consumer = 5;
}

/// <summary>One reading of a metric.</summary>
/// <param name="Origin">Who sent it.</param>
/// <param name="Name">The instrument.</param>
/// <param name="Attributes">Of what.</param>
/// <param name="Value">The value; of a histogram how many it has counted.</param>
/// <param name="Bounds">Of a histogram's buckets.</param>
internal sealed record SentPoint(
    Origin Origin, string Name, IReadOnlyDictionary<string, object?> Attributes, double Value, IReadOnlyList<double> Bounds);

/// <summary>A line of a log.</summary>
internal sealed record SentLog(Origin Origin, string Body, string TraceId, string SpanId);
