"""Training, distillation and export of the sentiment model that the package ships."""
