namespace Worker.Operations.Doctor;

/// <summary>One line of the doctor's.</summary>
/// <param name="Subject">What was looked at, such as <c>broker version</c>.</param>
/// <param name="Grade">How bad it is.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Advice">What to do about it; <see langword="null"/> when nothing need be done.</param>
internal sealed record Diagnosis(string Subject, Grade Grade, string Seen, string? Advice = null);
