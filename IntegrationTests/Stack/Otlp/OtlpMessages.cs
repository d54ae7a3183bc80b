namespace IntegrationTests.Stack.Otlp;

/// <summary>What is in the three requests of OTLP. The field numbers are those of its proto files.</summary>
internal static class OtlpMessages
{
    private const int Gauge = 5;
    private const int Sum = 7;
    private const int Histogram = 9;

    public static IEnumerable<SentSpan> Spans(ProtoMessage request) => Records(request).Select(each => new SentSpan(
        each.Origin,
        each.Record.Text(5),
        (int)each.Record.Number(6),
        each.Record.Hex(1),
        each.Record.Hex(2),
        each.Record.Hex(4),
        Attributes(each.Record, 9),
        [.. each.Record.All(13).Select(link => link.Hex(2))]));

    public static IEnumerable<SentPoint> Points(ProtoMessage request) => Records(request).SelectMany(each => Points(each.Origin, each.Record));

    public static IEnumerable<SentLog> Logs(ProtoMessage request) => Records(request).Select(each => new SentLog(
        each.Origin, each.Record.One(5)?.Text(1) ?? "", each.Record.Hex(9), each.Record.Hex(10)));

    // All three are built alike: resource, scope, records.
    private static IEnumerable<(Origin Origin, ProtoMessage Record)> Records(ProtoMessage request) =>
        from resource in request.All(1)
        from scope in resource.All(2)
        let origin = new Origin(Attributes(resource.One(1)!, 1), scope.One(1)?.Text(1) ?? "")
        from record in scope.All(2)
        select (origin, record);

    private static IEnumerable<SentPoint> Points(Origin origin, ProtoMessage metric)
    {
        var name = metric.Text(1);
        return metric.One(Histogram) is { } histogram
            ? histogram.All(1).Select(point => new SentPoint(origin, name, Attributes(point, 9), point.Number(4), point.Doubles(7)))
            : (metric.One(Gauge) ?? metric.One(Sum))!.All(1).Select(point => new SentPoint(
                origin, name, Attributes(point, 7), point.Has(6) ? (long)point.Number(6) : point.Double(4), []));
    }

    private static Dictionary<string, object?> Attributes(ProtoMessage owner, int field) =>
        owner.All(field).ToDictionary(pair => pair.Text(1), pair => Value(pair.One(2)!));

    private static object? Value(ProtoMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(2) ? value.Number(2) != 0
        : value.Has(3) ? (long)value.Number(3)
        : value.Has(4) ? value.Double(4)
        : null;
}
