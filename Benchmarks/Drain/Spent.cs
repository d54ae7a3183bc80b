namespace Benchmarks.Drain;

/// <summary>CPU time a message, in microseconds, and what the machine did besides.</summary>
/// <param name="Contestant">The contestant's.</param>
/// <param name="Broker">RabbitMQ's.</param>
/// <param name="Database">PostgreSQL's.</param>
/// <param name="Publisher">The publisher's.</param>
/// <param name="StolenShare">Share of the machine's time that the hypervisor gave to others.</param>
/// <param name="OthersShare">Share of the machine's time that none of the four used, and that was not idle.</param>
internal sealed record Spent(double Contestant, double Broker, double Database, double Publisher, double StolenShare, double OthersShare);
